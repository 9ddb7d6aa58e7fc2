/* SysTick as cycle counter: 24 bits, and an exception that counts its laps. Source: ARMv6-M ARM B3.3. */
#include "cycles.h"

#ifdef HB_COUNTS_BY_SYSTICK

enum { CHECK_LOOPS = 100 };

const char hb_cycles_counter[] = "systick";

volatile uint32_t hb_cycles_before_lap;

static uint32_t held_back; /* interrupts that are off while measuring */

void hb_cycles_lap(void)
{
    hb_cycles_before_lap = hb_cycles_before_lap + HB_LAP;
}

bool hb_cycles_start(void)
{
    hb_cycles_before_lap = 0;
    hb_cycles_resume();
    for (volatile int loop = 0; loop < CHECK_LOOPS; ++loop)
        ;
    return hb_cycles() >= CHECK_LOOPS;
}

/* PRIMASK would hold back the laps too. */
void hb_measuring_begins(void)
{
    held_back = NVIC_ISER(0);
    NVIC_ICER(0) = held_back;
    hb_barrier();
}

void hb_measuring_ends(void)
{
    NVIC_ISER(0) = held_back;
}

void hb_cycles_pause(void)
{
    hb_cycles_before_lap = hb_cycles();
    SYST_CSR = 0;
    SCB_ICSR = SCB_ICSR_PENDSTCLR;
}

void hb_cycles_resume(void)
{
    SYST_RVR = SYST_MAX;
    SYST_CVR = 0;
    SYST_CSR = SYST_CSR_CORE_CLOCK | SYST_CSR_TICKINT | SYST_CSR_ENABLE;
}

void hb_cycles_begin_lap(void)
{
    hb_cycles_pause();
    hb_cycles_resume();
}

#endif
