/* What every test program stands on: registers, semihosting, handlers it may define. */
#ifndef HARNESS_H
#define HARNESS_H

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define SYST_CSR REGISTER(0xE000E010)
#define SYST_RVR REGISTER(0xE000E014)
#define SYST_CVR REGISTER(0xE000E018)
#define NVIC_ISER(word) REGISTER(0xE000E100 + 4 * (word))
#define NVIC_ISPR(word) REGISTER(0xE000E200 + 4 * (word))
#define NVIC_PRIORITY(irq) (*(volatile uint8_t *)(0xE000E400 + (irq)))
#define SCB_ICSR REGISTER(0xE000ED04)
#define SCB_VTOR REGISTER(0xE000ED08)
#define SCB_AIRCR REGISTER(0xE000ED0C)
#define SCB_SHPR3 REGISTER(0xE000ED20)
#define SCB_SHCSR REGISTER(0xE000ED24)
#define SCB_CFSR REGISTER(0xE000ED28)
#define SCB_HFSR REGISTER(0xE000ED2C)
#define SCB_BFAR REGISTER(0xE000ED38)
#define SCB_CPACR REGISTER(0xE000ED88)
#define DWT_CTRL REGISTER(0xE0001000)
#define DWT_CYCCNT REGISTER(0xE0001004)

enum { SYS_WRITEC = 0x03, SYS_WRITE0 = 0x04, SYS_WRITE = 0x05, SYS_CLOCK = 0x10, SYS_HEAPINFO = 0x16, SYS_EXIT = 0x18, SYS_EXIT_EXTENDED = 0x20 };
enum { RUN_TIME_ERROR = 0x20023, APPLICATION_EXIT = 0x20026 };

static inline uint32_t semihosting(uint32_t operation, uintptr_t argument)
{
    register uint32_t r0 __asm("r0") = operation;
    register uintptr_t r1 __asm("r1") = argument;
    __asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static inline void print(const char *text)
{
    semihosting(SYS_WRITE0, (uintptr_t)text);
}

static inline void quit(uint32_t status)
{
    const uint32_t block[2] = {APPLICATION_EXIT, status};
    semihosting(SYS_EXIT_EXTENDED, (uintptr_t)block);
}

int main(void);
void hard_fault(void);
void bus_fault(void);
void usage_fault(void);
void sv_call(void);
void pend_sv(void);
void sys_tick(void);
void irq0(void);
void irq1(void);
void usart3(void);

#endif
