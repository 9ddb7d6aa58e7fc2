#include <stddef.h>

#include "board.h"
#include "cache.h"
#include "cycles.h"
#include "fill.h"
#include "instructions.h"
#include "selected.h"

enum { OVERHEAD_TRIES = 8 };

#define STACK_PAINT 0xC5C5C5C5u

extern uint32_t hb_stack_bottom[]; /* from sections.ld */

static hb_workload_t selected; /* a copy: what runs touches nothing that lies elsewhere among other workloads */
static const void *inputs[HB_MAX_INPUTS];
static void *output;
static void *scratch;
static bool written; /* the host wrote inputs */
static bool spent;   /* a run overwrote those that it wrote */
static bool kept;    /* `first_output` is of the first run on what it wrote */
static uint8_t first_output[HB_RESULT_BYTES];

static uint32_t overhead_cycles;
static uint32_t overhead_instructions;
static uint32_t overhead_stack;
static uint32_t overhead_probe;
static uint32_t stack_used;

static uint32_t *segment_cycles; /* NULL where nobody asks for them */
static uint32_t segments_seen;
static uint32_t last_segment = UINT32_MAX; /* behind which a run ends early */
static uint32_t segment_start;

static void empty_kernel(const void *const in[HB_MAX_INPUTS], void *out, void *work)
{
    (void)in, (void)out, (void)work;
}

/* A workload of two segments that do nothing. */
static void empty_segments(const void *const in[HB_MAX_INPUTS], void *out, void *work)
{
    (void)in, (void)out, (void)work;
    if (hb_segment(0))
        return;
    hb_segment(1);
}

/* Reads the counter again at its end, so that little of its own time is in the next segment. */
bool __attribute__((noinline)) hb_segment(uint32_t index)
{
    hb_barrier();
    const uint32_t now = hb_cycles();
    if (segment_cycles && index == segments_seen && index < selected.segments)
        segment_cycles[segments_seen++] = now - segment_start;
    const bool over = index == last_segment;
    if (over)
        last_segment = UINT32_MAX;
    segment_start = hb_cycles();
    return over;
}

static void run_in_segments(const void *const in[HB_MAX_INPUTS], void *out, void *work)
{
    segment_start = hb_cycles();
    selected.run(in, out, work);
}

static void fill_inputs(void)
{
    for (uint32_t n = 0; n < selected.input_count; ++n) {
        const hb_place_t *const place = &selected.inputs[n];
        hb_fill((void *)(uintptr_t)inputs[n], place->bytes, place->dtype, selected.seed + n);
    }
}

static void restore_inputs(void)
{
    if (selected.consumes_inputs && !written)
        fill_inputs();
}

/* Cycles of one run, call and counter reads included; between hb_measuring_begins and its end. */
static uint32_t __attribute__((noinline)) time_run(hb_kernel_t run)
{
    hb_barrier();
    const uint32_t start = hb_cycles();
    run(inputs, output, scratch);
    hb_barrier();
    return hb_cycles() - start;
}

/* Instructions of one run, the call included. */
static uint32_t __attribute__((noinline)) count_run(hb_kernel_t run)
{
    hb_measuring_begins();
    hb_instructions_begin();
    run(inputs, output, scratch);
    const uint32_t count = hb_instructions_end();
    hb_measuring_ends();
    return count;
}

/* Nothing lives below the stack pointer: handlers have a stack of their own, and have returned. */
static void paint_stack(void)
{
    const uint32_t *const end = hb_stack_pointer();
    for (volatile uint32_t *word = hb_stack_bottom; word < end; ++word)
        *word = STACK_PAINT;
}

/* Bytes between the caller's stack pointer and the lowest word that lost its paint. */
static uint32_t painted_over(void)
{
    const uint32_t *const end = hb_stack_pointer();
    const volatile uint32_t *word = hb_stack_bottom;
    while (word < end && *word == STACK_PAINT)
        ++word;
    return (uint32_t)((uintptr_t)end - (uintptr_t)word);
}

/* A series of undisturbed runs with its stack use taken. */
static void run_series(hb_kernel_t run, uint32_t count, uint32_t *cycles, bool cold)
{
    hb_measuring_begins();
    paint_stack();
    for (uint32_t n = 0; n < count; ++n) {
        restore_inputs();
        if (cold)
            hb_caches_flush();
        hb_cycles_begin_lap();
        cycles[n] = time_run(run);
    }
    const uint32_t used = painted_over();
    hb_measuring_ends();
    if (used > overhead_stack && used - overhead_stack > stack_used)
        stack_used = used - overhead_stack;
}

/* Cycles of one warm run in segments; false when a segment did not report its end. */
static bool run_segments(uint32_t *cycles, uint32_t *whole)
{
    uint32_t ignored[HB_WARM_UP_RUNS];
    hb_caches_flush();
    run_series(run_in_segments, HB_WARM_UP_RUNS, ignored, false);
    segment_cycles = cycles;
    segments_seen = 0;
    run_series(run_in_segments, 1, whole, false);
    segment_cycles = NULL;
    return segments_seen == selected.segments;
}

void hb_selected_start(void)
{
    uint32_t tries[OVERHEAD_TRIES];
    run_series(empty_kernel, OVERHEAD_TRIES, tries, false);
    overhead_cycles = tries[0];
    for (uint32_t n = 1; n < OVERHEAD_TRIES; ++n)
        if (tries[n] < overhead_cycles)
            overhead_cycles = tries[n];
    overhead_stack = stack_used;
    hb_instructions_start();
    if (hb_instructions_countable())
        overhead_instructions = count_run(empty_kernel);
    selected.run = empty_segments;
    selected.segments = 2;
    run_segments(tries, &tries[2]);
    overhead_probe = tries[1];
    hb_select(0);
}

uint32_t hb_overhead_cycles(void)
{
    return overhead_cycles;
}

const char *hb_select(uint32_t index)
{
    selected = hb_workloads[index];
    stack_used = 0;
    written = spent = kept = false;

    output = hb_arena + selected.output.offset;
    scratch = selected.scratch_bytes ? hb_arena + selected.scratch_offset : NULL;
    for (uint32_t n = 0; n < HB_MAX_INPUTS; ++n)
        inputs[n] = n < selected.input_count ? hb_arena + selected.inputs[n].offset : NULL;
    const char *const obstacle = selected.prepare ? selected.prepare(inputs, &output, scratch) : NULL;
    if (obstacle) {
        selected.run = empty_kernel;
        selected.input_count = selected.output.bytes = 0;
        return obstacle;
    }
    for (uint32_t n = 0; n < selected.output.bytes; ++n)
        ((uint8_t *)output)[n] = 0;
    fill_inputs(); /* last: they may lie where the output does */
    return NULL;
}

const hb_workload_t *hb_selected(void)
{
    return &selected;
}

hb_tensor_t hb_input(uint32_t index)
{
    if (index >= selected.input_count)
        return (hb_tensor_t){NULL, 0};
    return (hb_tensor_t){(void *)(uintptr_t)inputs[index], selected.inputs[index].bytes};
}

hb_tensor_t hb_output(void)
{
    return (hb_tensor_t){output, selected.output.bytes};
}

bool hb_within(const hb_tensor_t *tensor, uint32_t offset, uint32_t bytes, uint32_t most)
{
    return bytes > 0 && bytes <= most && offset < tensor->bytes && bytes <= tensor->bytes - offset;
}

void hb_input_written(void)
{
    written = true;
    spent = kept = false;
}

static uint32_t result_bytes(void)
{
    return selected.output.bytes < HB_RESULT_BYTES ? selected.output.bytes : HB_RESULT_BYTES;
}

hb_tensor_t hb_results(void)
{
    return (hb_tensor_t){kept ? first_output : output, result_bytes()};
}

/* The output of the first run on inputs that no further run will find. */
static void keep_output(void)
{
    for (uint32_t n = 0; n < result_bytes(); ++n)
        first_output[n] = ((const uint8_t *)output)[n];
    spent = kept = true;
}

bool hb_begin_runs(uint32_t runs)
{
    if (!selected.consumes_inputs || !written)
        return true;
    if (runs != 1 || spent)
        return false;
    spent = true;
    kept = false;
    return true;
}

void hb_run_plain(uint32_t count)
{
    hb_measuring_begins();
    while (count-- > 0) {
        restore_inputs();
        selected.run(inputs, output, scratch);
        if (selected.consumes_inputs && written && !spent)
            keep_output();
        hb_cycles_keep();
    }
    hb_measuring_ends();
}

/* Begins with empty caches, so that it is all the same what ran before. The runs that warm them are timed as well, so
 * that the code which times them is in the caches, too. */
void hb_run_warm(uint32_t count, uint32_t *cycles)
{
    uint32_t ignored[HB_WARM_UP_RUNS];
    hb_caches_flush();
    run_series(selected.run, HB_WARM_UP_RUNS, ignored, false);
    run_series(selected.run, count, cycles, false);
}

void hb_run_cold(uint32_t count, uint32_t *cycles)
{
    run_series(selected.run, count, cycles, true);
}

bool hb_run_steps(uint32_t *cycles)
{
    uint32_t whole;
    const bool complete = run_segments(cycles, &whole);
    if (selected.segments == 1) { /* needs no probe */
        cycles[0] = whole > overhead_cycles ? whole - overhead_cycles : 0;
        return true;
    }
    for (uint32_t n = 0; n < segments_seen; ++n)
        cycles[n] = cycles[n] > overhead_probe ? cycles[n] - overhead_probe : 0;
    return complete;
}

bool hb_run_until(uint32_t index)
{
    last_segment = index;
    hb_run_plain(1);
    const bool reached = last_segment == UINT32_MAX;
    last_segment = UINT32_MAX;
    return reached;
}

uint32_t hb_run_counted(void)
{
    restore_inputs();
    return count_run(selected.run) - overhead_instructions;
}

uint64_t hb_run_window(uint32_t count, uint32_t idle_us)
{
    uint64_t total = 0;
    restore_inputs();
    spent = written;
    kept = false;
    hb_sleep_us(idle_us);
    hb_measuring_begins();
    hb_trigger_low();
    uint32_t last = hb_cycles();
    for (uint32_t n = 0; n < count; ++n) {
        selected.run(inputs, output, scratch);
        const uint32_t now = hb_cycles(); /* once a run, so that no lap of the counter is missed */
        total += now - last;
        last = now;
    }
    hb_trigger_high();
    hb_measuring_ends();
    hb_sleep_us(idle_us);
    return total;
}

uint32_t hb_stack_used(void)
{
    return stack_used;
}
