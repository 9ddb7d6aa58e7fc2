/* Ways to end that are no exit. */
#include "harness.h"

#if defined BREAKPOINT_AFTER_FAULT
/* Goes on behind the 16-bit instruction. */
__attribute__((naked)) void hard_fault(void)
{
    __asm volatile("ldr r0, [sp, #24]\n\tadds r0, #2\n\tstr r0, [sp, #24]\n\tbx lr");
}

void irq0(void)
{
    __asm volatile("bkpt 1");
}
#else
void hard_fault(void)
{
    for (;;) {
#if defined FAULT_AND_SLEEP
        __asm volatile("wfi");
#elif defined FAULT_AND_BREAKPOINT
        __asm volatile("bkpt 1");
#endif
    }
}
#endif

int main(void)
{
#if defined BREAKPOINT
    if (!(REGISTER(0xE000EDF0) & 1))
        return 1; /* no debugger, says DHCSR */
    __asm volatile("bkpt 1");
#elif defined BREAKPOINT_AFTER_FAULT
    __asm volatile("udf #0" ::: "r0");
    NVIC_ISER(0) = 1;
    NVIC_ISPR(0) = 1;
    __asm volatile("isb");
#elif defined MANY_FAILURES
    return 256;
#elif defined FAILURE
    semihosting(SYS_EXIT, RUN_TIME_ERROR);
#elif defined STUCK || defined FAULT_AND_SLEEP || defined FAULT_AND_BREAKPOINT
    REGISTER(0xA0000010) = 1;
#endif
    return 0;
}
