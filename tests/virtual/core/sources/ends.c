/* Ways to end that are no exit. */
#include "harness.h"

void hard_fault(void)
{
    for (;;)
        ;
}

int main(void)
{
#if defined BREAKPOINT
    if (!(REGISTER(0xE000EDF0) & 1))
        return 1; /* no debugger, says DHCSR */
    __asm volatile("bkpt 1");
#elif defined STUCK
    REGISTER(0xA0000010) = 1;
#endif
    return 0;
}
