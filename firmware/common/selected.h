/* The selected workload: its tensors in the arena, its runs, and what they cost. */
#ifndef HILBENCH_SELECTED_H
#define HILBENCH_SELECTED_H

#include <stdbool.h>
#include <stdint.h>

#include "workload.h"

typedef struct {
    uint8_t *data;
    uint32_t bytes;
} hb_tensor_t;

enum { HB_WARM_UP_RUNS = 2 }; /* unrecorded runs before warm ones */

/* Measure what timing, counting and calling an empty kernel costs, and select workload 0; call once before anything else. */
void hb_selected_start(void);

/* Cycles that every sample has on top of the kernel's own. */
uint32_t hb_overhead_cycles(void);

/* Make workload `index`, which there is, the selected one: prepare it, clear its output, fill its inputs. NULL, or why it
 * cannot be prepared; then runs do nothing. */
const char *hb_select(uint32_t index);

const hb_workload_t *hb_selected(void);

enum { HB_RESULT_BYTES = 64 };

/* Tensors of the selected workload; an input that it has not is of no bytes. */
hb_tensor_t hb_input(uint32_t index);
hb_tensor_t hb_output(void);

/* Whether a tensor has `bytes` bytes from `offset` on, which are one at least and `most` at most. */
bool hb_within(const hb_tensor_t *tensor, uint32_t offset, uint32_t bytes, uint32_t most);

/* Note that the host wrote an input; from now on to the next selection they are not filled again. */
void hb_input_written(void);

/* At most the first HB_RESULT_BYTES of the output. Where a run overwrites its inputs and the host wrote them, of the first
 * run of `hb_run_plain` since: those that follow compute on other data. */
hb_tensor_t hb_results(void);

/* Whether `runs` may follow, to be asked before those whose output is to be trusted. Where a run overwrites its inputs they
 * are filled again before each, but those that the host wrote last for one run, until it writes them again. */
bool hb_begin_runs(uint32_t runs);

/* Run `count` times and store the raw cycles of each: warm after a flush and two unrecorded runs, cold after a flush. */
void hb_run_warm(uint32_t count, uint32_t *cycles);
void hb_run_cold(uint32_t count, uint32_t *cycles);

/* Run once, warm, and store the cycles of each segment, without those of the probes. False when it has no probes. */
bool hb_run_steps(uint32_t *cycles);

/* Run to the end of segment `index` and no further. False when it has no probes. */
bool hb_run_until(uint32_t index);

/* Run once and say how many instructions the kernel took, where the core can count them (instructions.h). */
uint32_t hb_run_counted(void);

/* Run `count` times without recording; the host's inputs are not asked about. */
void hb_run_plain(uint32_t count);

/* `idle_us` asleep, `count` runs with the trigger low, `idle_us` asleep. Returns the cycles with the trigger low.
 * Inputs that a run overwrites are not filled again in between: that would be measured, too. */
uint64_t hb_run_window(uint32_t count, uint32_t idle_us);

/* Largest stack use of a kernel since the selection. */
uint32_t hb_stack_used(void);

#endif
