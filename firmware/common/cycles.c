/* What time and sleep are made of, whichever counter there is. */
#include "board.h"
#include "cycles.h"
#include "divide.h"

static uint64_t awake_cycles;
static uint32_t last_kept;

static uint32_t cycles_per_us(void)
{
    return hb_board_clock_hz() / 1000000u;
}

void hb_cycles_keep(void)
{
    const uint32_t now = hb_cycles();
    awake_cycles += now - last_kept;
    last_kept = now;
}

uint64_t hb_awake_us(void)
{
    uint32_t rest;
    hb_cycles_keep();
    return hb_divide(awake_cycles, cycles_per_us(), &rest);
}

static void sleep_ticks(uint32_t ticks)
{
    SYST_RVR = ticks;
    SYST_CVR = 0;
    SYST_CSR = SYST_CSR_CORE_CLOCK | SYST_CSR_TICKINT | SYST_CSR_ENABLE;
    while (!(SYST_CSR & SYST_CSR_COUNTFLAG))
        hb_wait_for_interrupt();
    SYST_CSR = 0;
    SCB_ICSR = SCB_ICSR_PENDSTCLR;
}

void hb_sleep_us(uint32_t microseconds)
{
    const uint32_t longest = SYST_MAX / cycles_per_us();
    hb_interrupts_off();
    hb_cycles_pause();
    for (; microseconds > longest; microseconds -= longest)
        sleep_ticks(longest * cycles_per_us());
    if (microseconds > 0)
        sleep_ticks(microseconds * cycles_per_us());
    hb_cycles_resume();
    hb_interrupts_on();
}
