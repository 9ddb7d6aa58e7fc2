/* Ways to end that are no exit. */
#include "harness.h"

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

int main(void)
{
#if defined BREAKPOINT
    if (!(REGISTER(0xE000EDF0) & 1))
        return 1; /* no debugger, says DHCSR */
    __asm volatile("bkpt 1");
#elif defined FAILURE
    semihosting(SYS_EXIT, RUN_TIME_ERROR);
#elif defined STUCK || defined FAULT_AND_SLEEP || defined FAULT_AND_BREAKPOINT
    REGISTER(0xA0000010) = 1;
#endif
    return 0;
}
