/* Counts the instructions that the core retires, where it has a Performance Monitoring Unit: an Armv8.1-M core may.
 * Source: Armv8-M ARM (DDI 0553), B14 and D1.2, PMU_*; CoreSight ROM tables: ADIv5 (IHI 0031), D3. */
#ifndef HILBENCH_INSTRUCTIONS_H
#define HILBENCH_INSTRUCTIONS_H

#include <stdbool.h>
#include <stdint.h>

/* Look for the unit and set it up; call once. */
void hb_instructions_start(void);

/* Whether there is one. */
bool hb_instructions_countable(void);

/* Count from zero; then stop and say how many, modulo 2**32. */
void hb_instructions_begin(void);
uint32_t hb_instructions_end(void);

#endif
