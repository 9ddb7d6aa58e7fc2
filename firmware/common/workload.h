/* The selected case: its tensors in the arena, its runs, and what they cost. */
#ifndef HILBENCH_WORKLOAD_H
#define HILBENCH_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "case.h"

typedef struct {
    uint8_t *data;
    uint32_t bytes;
} hb_tensor_t;

/* Measure what timing, counting and calling an empty kernel costs, and select case 0; call once before anything else. */
void hb_workload_start(void);

/* Cycles that every sample has on top of the kernel's own. */
uint32_t hb_overhead_cycles(void);

/* Make case `index` the selected one: fill its inputs, clear its output. False when there is no such case. */
bool hb_select(uint32_t index);

const hb_case_t *hb_selected(void);

/* Tensors of the selected case; an input that it has not is of no bytes. */
hb_tensor_t hb_input(uint32_t index);
hb_tensor_t hb_output(void);

/* Run `count` times and store the raw cycles of each: warm after a flush and two unrecorded runs, cold after a flush. */
void hb_run_warm(uint32_t count, uint32_t *cycles);
void hb_run_cold(uint32_t count, uint32_t *cycles);

/* Run once and say how many instructions the kernel took, where the core can count them (instructions.h). */
uint32_t hb_run_counted(void);

/* Run `count` times without recording. */
void hb_run_plain(uint32_t count);

/* `idle_us` asleep, `count` runs with the trigger low, `idle_us` asleep. Returns the cycles with the trigger low. */
uint64_t hb_run_window(uint32_t count, uint32_t idle_us);

/* Largest stack use of a kernel since the selection. */
uint32_t hb_stack_used(void);

#endif
