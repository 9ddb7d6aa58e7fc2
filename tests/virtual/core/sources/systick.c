/* SysTick stopped and started again, its period changed while it counts, and its flag. */
#include "harness.h"

enum { ENABLE = 1, TICKINT = 2, CORE_CLOCK = 4, COUNTFLAG = 1 << 16, PERIOD = 10000 };

volatile uint32_t ticks;

void sys_tick(void)
{
    ticks++;
}

static uint32_t taken(uint32_t from, uint32_t to)
{
    return from - to;
}

int main(void)
{
    SYST_RVR = PERIOD - 1;
    SYST_CVR = 0;
    SYST_CSR = ENABLE | CORE_CLOCK;
    while (SYST_CVR > PERIOD / 2 || SYST_CVR == 0)
        ;
    /* Stopped, it keeps its count; started, it goes on from there. */
    SYST_CSR = CORE_CLOCK;
    const uint32_t stopped = SYST_CVR;
    for (volatile int turn = 0; turn < 100; turn++)
        ;
    if (stopped == 0 || stopped > PERIOD / 2 || SYST_CVR != stopped)
        return 1;
    SYST_CSR = ENABLE | CORE_CLOCK;
    if (taken(stopped, SYST_CVR) > 50)
        return 2;
    /* A new period begins when this one is over. */
    SYST_RVR = 99;
    if (SYST_CVR < 1000)
        return 3;
    while (!(SYST_CSR & COUNTFLAG))
        ;
    if (SYST_CVR > 99)
        return 4;
    /* Writing the count clears the flag. */
    while (SYST_CVR > 50 || SYST_CVR == 0)
        ;
    for (volatile int turn = 0; turn < 100; turn++)
        ;
    SYST_RVR = PERIOD - 1;
    SYST_CVR = 0;
    if (SYST_CSR & COUNTFLAG)
        return 5;
    /* Without a period it stops at 0, and its exception comes no more. */
    SYST_CSR = ENABLE | TICKINT | CORE_CLOCK;
    while (ticks == 0)
        ;
    SYST_RVR = 0;
    while (ticks == 1)
        ;
    for (volatile int turn = 0; turn < 10000; turn++)
        ;
    return ticks == 2 && SYST_CVR == 0 ? 42 : 6;
}
