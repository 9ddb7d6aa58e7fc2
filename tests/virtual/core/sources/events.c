/* WFE falls through once an event was registered, by each of its sources, and else waits. */
#include "harness.h"

#define SCB_SCR REGISTER(0xE000ED10)
enum { SEVONPEND = 1 << 4, TICKING = 7, PERIOD = 50000 };

volatile uint32_t before, after_sev, after_tick, after_exception, after_pending, ticks;

static void wait_for_event(void)
{
    __asm volatile("wfe" ::: "memory");
}

void sys_tick(void)
{
    ++ticks;
}

int main(void)
{
    SYST_RVR = PERIOD - 1;
    SYST_CVR = 0;
    SYST_CSR = TICKING;

    before = ticks;
    __asm volatile("sev");
    wait_for_event(); /* falls through */
    after_sev = ticks;
    wait_for_event(); /* until the tick, whose entry registers an event */
    after_tick = ticks;
    wait_for_event(); /* which this takes */
    after_exception = ticks;

    __asm volatile("cpsid i");
    SCB_SCR = SEVONPEND;
    wait_for_event(); /* until the tick is pending, which cannot be taken */
    after_pending = ticks;
    __asm volatile("cpsie i\n\tisb");
    SCB_SCR = 0;
#ifdef FOR_EVER
    SYST_CSR = 0;
    wait_for_event();
    wait_for_event();
#endif
    return 42;
}
