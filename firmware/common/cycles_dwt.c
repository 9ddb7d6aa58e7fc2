/* The cycle counter of the Data Watchpoint and Trace unit. Source: ARMv7-M ARM C1.8. */
#include "cycles.h"

#ifndef HB_COUNTS_BY_SYSTICK

enum { CHECK_LOOPS = 100 };

const char hb_cycles_counter[] = "dwt";

bool hb_cycles_start(void)
{
    DEMCR |= DEMCR_TRCENA;
    DWT_LAR = DWT_UNLOCK;
    DWT_CYCCNT = 0;
    DWT_CTRL |= DWT_CTRL_CYCCNTENA;
    for (volatile int loop = 0; loop < CHECK_LOOPS; ++loop)
        ;
    return hb_cycles() >= CHECK_LOOPS;
}

void hb_measuring_begins(void)
{
    hb_interrupts_off();
}

void hb_measuring_ends(void)
{
    hb_interrupts_on();
}

void hb_cycles_pause(void)
{
}

void hb_cycles_resume(void)
{
}

void hb_cycles_begin_lap(void)
{
}

#endif
