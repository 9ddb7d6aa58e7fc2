/* hilbench's own commands: which workloads there are, select one, measure it. */
#include <stddef.h>

#include "board.h"
#include "capacity.h"
#include "commands.h"
#include "console.h"
#include "crc32.h"
#include "instructions.h"
#include "selected.h"
#include "tokens.h"

enum { SAMPLES_A_LINE = 8, DEFAULT_IDLE_US = 2000 };

typedef void (*series_t)(uint32_t count, uint32_t *cycles);

/* From the linker script; empty where nothing is copied. */
extern const uint8_t hb_kernels_start[], hb_kernels_end[];
extern const uint8_t hb_coupled_constants_start[], hb_coupled_constants_end[];
extern const uint8_t hb_sram_constants_start[], hb_sram_constants_end[];

static uint32_t cycles[HB_SAMPLES];

/* Whether so many runs may follow; else says why not. */
static bool may_run(uint32_t runs)
{
    const bool may = hb_begin_runs(runs);
    if (!may)
        hb_print("e-[A run overwrites its inputs: write them again, and ask for one run]\n");
    return may;
}

/* The first `count` of `cycles`. */
static void print_cycles(const char *first, uint32_t count)
{
    for (uint32_t n = 0; n < count; ++n) {
        hb_print(n % SAMPLES_A_LINE ? " %u" : first, cycles[n]);
        if (n % SAMPLES_A_LINE == SAMPLES_A_LINE - 1 || n + 1u == count)
            hb_print("]%C\n");
    }
}

static void list(char *arguments)
{
    (void)arguments;
    for (uint32_t n = 0; n < hb_workload_count; ++n) {
        const hb_workload_t *const w = &hb_workloads[n];
        hb_print("m-case-[%u %s ", n, w->id);
        for (uint32_t input = 0; input < w->input_count; ++input)
            hb_print(input ? "+%u" : "%u", w->inputs[input].bytes);
        hb_print(" %u %u]\n", w->output.bytes, w->scratch_bytes);
    }
}

static void select_case(char *arguments)
{
    uint32_t index;
    const char *obstacle;
    if (!hb_parse_unsigned(hb_token(&arguments), &index) || index >= hb_workload_count)
        hb_print("e-[Command 'case select' needs a number below %u]\n", hb_workload_count);
    else if ((obstacle = hb_select(index)))
        hb_print("m-case-refused-[%s]%C\n", obstacle);
    else
        hb_print("m-case-selected-[%u %s]%C\n", index, hb_selected()->id);
}

/* Samples are kept until their block is done: sending them in between would disturb the caches. */
static void sample(char *arguments, series_t series, uint32_t warm_up)
{
    uint32_t wanted;
    if (!hb_parse_unsigned(hb_token(&arguments), &wanted) || wanted == 0) {
        hb_print("e-[The number of runs must be >0]\n");
        return;
    }
    if (!may_run(warm_up + wanted))
        return;
    for (uint32_t left = wanted; left > 0;) {
        const uint32_t count = left < HB_SAMPLES ? left : HB_SAMPLES;
        series(count, cycles);
        print_cycles("m-samples-[%u", count);
        left -= count;
    }
    hb_print("m-samples-done-[%u]%C\n", wanted);
}

static void cold(char *arguments)
{
    sample(arguments, hb_run_cold, 0);
}

static void warm(char *arguments)
{
    sample(arguments, hb_run_warm, HB_WARM_UP_RUNS);
}

static void print_missing_probes(void)
{
    hb_print("e-[The segments do not report their ends: build the workload with probes]\n");
}

static void steps(char *arguments)
{
    (void)arguments;
    const uint32_t count = hb_selected()->segments;
    if (count > HB_SAMPLES)
        hb_print("e-[Command 'case steps' reports %u segments at most]\n", (uint32_t)HB_SAMPLES);
    else if (may_run(HB_WARM_UP_RUNS + 1u)) {
        if (hb_run_steps(cycles)) {
            print_cycles("m-steps-[%u", count);
            hb_print("m-steps-done-[%u]%C\n", count);
        } else
            print_missing_probes();
    }
}

/* Run to the end of a segment, so that its outputs can be read before others take their place. */
static void until(char *arguments)
{
    uint32_t index;
    const uint32_t count = hb_selected()->segments;
    if (!hb_parse_unsigned(hb_token(&arguments), &index) || index >= count)
        hb_print("e-[Command 'case until' needs a number below %u]\n", count);
    else if (may_run(1)) {
        if (hb_run_until(index))
            hb_print("m-until-[%u]%C\n", index);
        else
            print_missing_probes();
    }
}

/* Whether code and constants are what was linked: the selected workload's in flash, and all that start-up copied to RAM. */
static void flash(char *arguments)
{
    (void)arguments;
    const struct {
        const uint8_t *begin, *end;
    } parts[] = {
        {hb_selected()->flash, hb_selected()->flash_end},
        {hb_kernels_start, hb_kernels_end},
        {hb_coupled_constants_start, hb_coupled_constants_end},
        {hb_sram_constants_start, hb_sram_constants_end},
    };
    uint32_t bytes = 0;
    uint32_t crc = 0;
    for (size_t n = 0; n < sizeof parts / sizeof *parts; ++n)
        for (const uint8_t *at = parts[n].begin; at != parts[n].end; ++at, ++bytes)
            crc = hb_crc32_append(crc, *at);
    hb_print("m-flash-[bytes=%u crc=%x]%C\n", bytes, crc);
}

static void output(char *arguments)
{
    (void)arguments;
    const hb_tensor_t out = hb_output();
    hb_print("m-output-[bytes=%u crc=%x stack=%u]%C\n", out.bytes, hb_crc32(out.data, out.bytes), hb_stack_used());
}

static void instructions(char *arguments)
{
    (void)arguments;
    if (!hb_instructions_countable())
        hb_print("e-[This core does not count its instructions]\n");
    else if (may_run(1))
        hb_print("m-instructions-[%u]%C\n", hb_run_counted());
}

static void window(char *arguments)
{
    const char *const count_word = hb_token(&arguments);
    const char *const idle_word = hb_token(&arguments);
    uint32_t count;
    uint32_t idle_us = DEFAULT_IDLE_US;
    if (!hb_parse_unsigned(count_word, &count) || count == 0)
        hb_print("e-[The number of runs must be >0]\n");
    else if (*idle_word && !hb_parse_unsigned(idle_word, &idle_us))
        hb_print("e-[The idle time must be a number of microseconds]\n");
    else
        hb_print("m-window-[iterations=%u cycles=%U]%C\n", count, hb_run_window(count, idle_us));
}

void hb_command_case(char *arguments)
{
    static const struct {
        const char *name;
        void (*run)(char *arguments);
    } subcommands[] = {
        {"list", list}, {"select", select_case}, {"cold", cold},
        {"warm", warm}, {"output", output},      {"instructions", instructions},
        {"window", window}, {"steps", steps},    {"until", until},
        {"flash", flash},
    };
    const char *const word = hb_token(&arguments);
    for (size_t n = 0; n < sizeof subcommands / sizeof *subcommands; ++n)
        if (hb_equal(word, subcommands[n].name)) {
            subcommands[n].run(arguments);
            return;
        }
    hb_print("e-[Command 'case' needs one of: list select cold warm output instructions window steps until flash]\n");
}
