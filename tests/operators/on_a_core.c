/* Runs every workload of the manifest on a Cortex-M7 and writes the CRC-32 of each output by semihosting. */
#include "crc32.h"
#include "fill.h"
#include "workload.h"

#define CPACR (*(volatile uint32_t *)0xE000ED88) /* Armv7-M ARM, B3.2.20 */

enum { SYS_WRITE0 = 0x04, SYS_EXIT = 0x18, APPLICATION_EXIT = 0x20026 };

static void semihost(int operation, const void *argument)
{
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
}

static void write_hex(uint32_t value)
{
    char text[10];
    for (int i = 0; i < 8; ++i)
        text[i] = "0123456789abcdef"[(value >> (28 - 4 * i)) & 0xF];
    text[8] = '\n';
    text[9] = '\0';
    semihost(SYS_WRITE0, text);
}

static uint32_t run(const hb_workload_t *w)
{
    const void *inputs[HB_MAX_INPUTS];
    for (uint32_t i = 0; i < w->input_count; ++i) {
        uint8_t *const input = hb_arena + w->inputs[i].offset;
        hb_fill(input, w->inputs[i].bytes, w->inputs[i].dtype, w->seed + i);
        inputs[i] = input;
    }
    uint8_t *const output = hb_arena + w->output.offset;
    w->run(inputs, output, hb_arena + w->scratch_offset);
    return hb_crc32(output, w->output.bytes);
}

void reset(void)
{
    CPACR |= 0xFu << 20; /* the FPU, for all */
    for (uint32_t i = 0; i < hb_workload_count; ++i)
        write_hex(run(&hb_workloads[i]));
    semihost(SYS_EXIT, (const void *)APPLICATION_EXIT);
    for (;;) {
    }
}

__attribute__((section(".vectors"), used)) static const void *const vectors[] = {
    (const void *)0x20020000, /* top of the DTCM */
    (const void *)reset,
};
