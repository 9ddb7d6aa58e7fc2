/* Each way into HardFault, by FAULT; the handler leaves what it found for the test to read. */
#include "harness.h"

volatile uint32_t stacked_pc, stacked_r0, cfsr, hfsr, bfar;
extern const char culprit[];

__attribute__((used)) static void report(const uint32_t *frame)
{
    stacked_r0 = frame[0];
    stacked_pc = frame[6];
    cfsr = SCB_CFSR;
    hfsr = SCB_HFSR;
    bfar = SCB_BFAR;
    quit(42);
}

/* A stack of its own, for the case that the program's is used up. */
__attribute__((naked)) void hard_fault(void)
{
    __asm volatile("mov r0, sp\n\t"
                   "ldr r1, =0x20001000\n\t"
                   "cmp r0, r1\n\t"
                   "it lo\n\t"
                   "movlo r0, r1\n\t"
                   "ldr r2, =0x20010000\n\t"
                   "mov sp, r2\n\t"
                   "b report");
}

static void __attribute__((naked)) run_into_it(void)
{
    __asm volatile(".global culprit\n\t"
#if defined(READ_UNMAPPED)
                   "ldr r0, =0x60000010\n\t"
                   "culprit: ldr r1, [r0]\n\t"
#elif defined(WRITE_UNMAPPED)
                   "ldr r0, =0x60000010\n\t"
                   "culprit: str r1, [r0]\n\t"
#elif defined(UNDEFINED)
                   "culprit: udf #0\n\t"
#elif defined(NO_THUMB)
                   "ldr r0, =0x08000000\n\t"
                   "bx r0\n\t"
                   "culprit:\n\t"
#elif defined(EXECUTE_UNMAPPED)
                   "ldr r0, =0x60000001\n\t"
                   "bx r0\n\t"
                   "culprit:\n\t"
#elif defined(EXECUTE_PERIPHERAL)
                   "ldr r0, =0x40000001\n\t"
                   "bx r0\n\t"
                   "culprit:\n\t"
#elif defined(STACK_OVERFLOW)
                   "ldr r0, =0x20000004\n\t"
                   "mov sp, r0\n\t"
                   "culprit: push {r4-r7}\n\t"
#elif defined(FLOAT_OFF)
                   "culprit: vadd.f32 s0, s1, s2\n\t"
#elif defined(BREAKPOINT)
                   "culprit: bkpt 1\n\t"
#elif defined(WRITE_SYSTEM_MEMORY)
                   "ldr r0, =0x1ff1e800\n\t"
                   "culprit: str r1, [r0]\n\t"
#endif
                   "bx lr");
}

int main(void)
{
    run_into_it();
    return 1;
}
