/* What every program of this folder stands on: it checks, says what is wrong, and exits with the number of faults. */
#ifndef KIT_H
#define KIT_H

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define BYTE(address) (*(volatile uint8_t *)(address))
#define NVIC_ISER REGISTER(0xE000E100)
#define NVIC_ISPR REGISTER(0xE000E200)
#define ICSR REGISTER(0xE000ED04)
#define CCR REGISTER(0xE000ED14)
#define SHCSR REGISTER(0xE000ED24)
#define CFSR REGISTER(0xE000ED28)
#define HFSR REGISTER(0xE000ED2C)
#define DFSR REGISTER(0xE000ED30)
#define DEMCR REGISTER(0xE000EDFC)
#define FPCCR REGISTER(0xE000EF34)
#define FPCAR REGISTER(0xE000EF38)
#define FPDSCR REGISTER(0xE000EF3C)
#define PENDSVSET (1u << 28)
#define BARRIER() __asm volatile("dsb\n\tisb" ::: "memory")

/* A handler that calls `void name_c(uint32_t *frame, uint32_t exc_return)` and returns. */
#define HANDLER(name)                                                                                              \
    __attribute__((used)) void name##_c(uint32_t *frame, uint32_t exc_return);                                     \
    __attribute__((naked)) void name(void)                                                                         \
    {                                                                                                              \
        __asm volatile("mov r1, lr\n\tmovs r2, #4\n\ttst r1, r2\n\tbne 1f\n\tmrs r0, msp\n\tb 2f\n"                 \
                       "1:\tmrs r0, psp\n2:\tpush {r1, lr}\n\tbl " #name "_c\n\tpop {r0, r1}\n\tbx r1");            \
    }                                                                                                              \
    void name##_c(uint32_t *frame, uint32_t exc_return)

static inline uint32_t semihosting(uint32_t operation, uintptr_t argument)
{
    register uint32_t r0 __asm("r0") = operation;
    register uintptr_t r1 __asm("r1") = argument;
    __asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void check(const char *what, uint32_t got, uint32_t wanted);
void finish(void);
void run(void);

#endif
