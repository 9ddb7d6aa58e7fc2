#include <stddef.h>

#include "board.h"
#include "cache.h"
#include "cycles.h"
#include "fill.h"
#include "instructions.h"
#include "workload.h"

enum { ALIGNMENT = 16, WARM_UP_RUNS = 2, OVERHEAD_TRIES = 8 };

#define STACK_PAINT 0xC5C5C5C5u

extern uint32_t hb_stack_bottom[]; /* from sections.ld */

static hb_case_t selected; /* a copy: what runs touches nothing that lies elsewhere among other cases */
static const void *inputs[HB_MAX_INPUTS];
static void *output;
static void *scratch;

static uint32_t overhead_cycles;
static uint32_t overhead_instructions;
static uint32_t overhead_stack;
static uint32_t stack_used;

static void empty_kernel(const void *const in[HB_MAX_INPUTS], void *out, void *work)
{
    (void)in, (void)out, (void)work;
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

void hb_workload_start(void)
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
    hb_select(0);
}

uint32_t hb_overhead_cycles(void)
{
    return overhead_cycles;
}

static uint8_t *take(uint8_t **free, uint32_t bytes)
{
    uint8_t *const taken = *free;
    *free += (bytes + ALIGNMENT - 1u) / ALIGNMENT * ALIGNMENT;
    return bytes ? taken : NULL;
}

bool hb_select(uint32_t index)
{
    if (index >= hb_case_count)
        return false;
    selected = hb_cases[index];
    stack_used = 0;

    /* The host adds up the same way: hilbench/image/arena.py. */
    uint8_t *free = hb_arena + selected.arena_offset;
    for (uint32_t n = 0; n < HB_MAX_INPUTS; ++n) {
        uint8_t *const input = take(&free, selected.input_bytes[n]);
        hb_fill(input, selected.input_bytes[n], selected.dtype, selected.seed + n);
        inputs[n] = input;
    }
    uint8_t *const out = take(&free, selected.output_bytes);
    for (uint32_t n = 0; n < selected.output_bytes; ++n)
        out[n] = 0;
    output = out;
    scratch = take(&free, selected.scratch_bytes);
    return true;
}

const hb_case_t *hb_selected(void)
{
    return &selected;
}

hb_tensor_t hb_input(uint32_t index)
{
    if (index >= HB_MAX_INPUTS)
        return (hb_tensor_t){NULL, 0};
    return (hb_tensor_t){(uint8_t *)inputs[index], selected.input_bytes[index]};
}

hb_tensor_t hb_output(void)
{
    return (hb_tensor_t){output, selected.output_bytes};
}

void hb_run_plain(uint32_t count)
{
    hb_measuring_begins();
    while (count-- > 0) {
        selected.run(inputs, output, scratch);
        hb_cycles_keep();
    }
    hb_measuring_ends();
}

/* Begins with empty caches, so that it is all the same what ran before. The runs that warm them are timed as well, so
 * that the code which times them is in the caches, too. */
void hb_run_warm(uint32_t count, uint32_t *cycles)
{
    uint32_t ignored[WARM_UP_RUNS];
    hb_caches_flush();
    run_series(selected.run, WARM_UP_RUNS, ignored, false);
    run_series(selected.run, count, cycles, false);
}

void hb_run_cold(uint32_t count, uint32_t *cycles)
{
    run_series(selected.run, count, cycles, true);
}

uint32_t hb_run_counted(void)
{
    return count_run(selected.run) - overhead_instructions;
}

uint64_t hb_run_window(uint32_t count, uint32_t idle_us)
{
    uint64_t total = 0;
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
