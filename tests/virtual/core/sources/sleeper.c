/* With SLEEPONEXIT set the program stays asleep between interrupts, until a handler clears it. */
#include "harness.h"

#define SCB_SCR REGISTER(0xE000ED10)

volatile uint32_t ticks, awake;

void sys_tick(void)
{
    if (++ticks == 5)
        SCB_SCR = 0;
}

int main(void)
{
    SYST_RVR = 9999;
    SYST_CVR = 0;
    SCB_SCR = 1 << 1;
    SYST_CSR = 7;
    do {
        __asm volatile("wfi");
        awake++;
    } while (ticks < 8);
    return ticks == 8 && awake == 4 ? 42 : 1;
}
