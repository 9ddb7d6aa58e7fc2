/* The core's cycle counter. Source: ARMv7-M ARM C1.8. */
#ifndef HILBENCH_CYCLES_H
#define HILBENCH_CYCLES_H

#include <stdbool.h>
#include <stdint.h>

#include "cortex_m.h"

/* Start the counter; false when it does not advance. */
bool hb_cycles_start(void);

/* Cycles modulo 2**32: one lap in nine seconds at 480 MHz. */
static inline uint32_t hb_cycles(void)
{
    return DWT_CYCCNT;
}

/* Count a lap of the counter; to be called once a lap at least where `hb_awake_us` shall be right. */
void hb_cycles_keep(void);

/* Microseconds since start-up during which the core was awake. */
uint64_t hb_awake_us(void);

/* Sleep for `microseconds`, with interrupts off; the cycle counter may stand still meanwhile. */
void hb_sleep_us(uint32_t microseconds);

#endif
