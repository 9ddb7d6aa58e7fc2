/* The core's cycle counter: CYCCNT where there is one, else SysTick with a count of its laps.
 * Source: ARMv7-M ARM C1.8 (DWT), ARMv6-M ARM B3.3 (SysTick). */
#ifndef HILBENCH_CYCLES_H
#define HILBENCH_CYCLES_H

#include <stdbool.h>
#include <stdint.h>

#include "cortex_m.h"

#ifdef __ARM_ARCH_6M__
#define HB_COUNTS_BY_SYSTICK
#endif

/* What counts: "dwt" or "systick". */
extern const char hb_cycles_counter[];

/* Start the counter; false when it does not advance. */
bool hb_cycles_start(void);

#ifdef HB_COUNTS_BY_SYSTICK

#define HB_LAP (SYST_MAX + 1u)

extern volatile uint32_t hb_cycles_before_lap; /* cycles when SysTick began its lap */

/* The SysTick exception: another lap is over. */
void hb_cycles_lap(void);

/* Cycles modulo 2**32. A lap that has ended but not yet interrupted is told by its pending exception. */
static inline uint32_t hb_cycles(void)
{
    uint32_t before;
    uint32_t left;
    uint32_t late;
    do {
        before = hb_cycles_before_lap;
        left = SYST_CVR;
        late = SCB_ICSR & SCB_ICSR_PENDSTSET;
    } while (before != hb_cycles_before_lap);
    if (late) {
        left = SYST_CVR;
        before += HB_LAP;
    }
    return before + SYST_MAX - left;
}

#else

/* Cycles modulo 2**32: one lap in nine seconds at 480 MHz. */
static inline uint32_t hb_cycles(void)
{
    return DWT_CYCCNT;
}

#endif

/* From begin to end nothing interrupts, except that SysTick counts its laps. */
void hb_measuring_begins(void);
void hb_measuring_ends(void);

/* Hand SysTick over, and take it back; the count stands still meanwhile where SysTick makes it. */
void hb_cycles_pause(void);
void hb_cycles_resume(void);

/* Begin a lap now, where there are laps: a run that is shorter than one is not interrupted by its end. */
void hb_cycles_begin_lap(void);

/* Count a lap of `hb_cycles`; to be called once a lap at least where `hb_awake_us` shall be right. */
void hb_cycles_keep(void);

/* Microseconds since start-up during which the core was awake. */
uint64_t hb_awake_us(void);

/* Sleep for `microseconds`, with interrupts off; the cycle counter may stand still meanwhile. */
void hb_sleep_us(uint32_t microseconds);

#endif
