/* The contract between generated operators and the firmware that runs them. */
#ifndef HILBENCH_CASE_H
#define HILBENCH_CASE_H

#include <stdint.h>

#define HB_MAX_INPUTS 8

/* Of inputs and outputs. */
enum hb_dtype { HB_INT8 = 0, HB_FLOAT32 = 1, HB_INT16 = 2 };

/* A kernel computes its output from its inputs; weights are constants of its own source file.
 * All pointers are 16-byte aligned. Several outputs lie one behind the other, without a gap. */
typedef void (*hb_kernel_t)(const void *const inputs[HB_MAX_INPUTS], void *output, void *scratch);

typedef struct {
    const char *id;                       /* the case's digest: 16 hex digits */
    hb_kernel_t run;
    enum hb_dtype dtype;
    uint32_t input_bytes[HB_MAX_INPUTS];  /* 0 behind the last input */
    uint32_t output_bytes;
    uint32_t scratch_bytes;
    uint32_t arena_offset;                /* where in hb_arena its tensors begin */
    uint32_t seed;                        /* input i is filled from seed + i, see fill.c */
} hb_case_t;

/* Defined in the image's generated manifest.c. */
extern const hb_case_t hb_cases[];
extern const uint32_t hb_case_count;
extern const char hb_image_digest[];      /* 64 hex digits over everything that produced the image */
extern const char hb_placement[];         /* where kernels and arena live: "flash" or "tcm" */
extern uint8_t hb_arena[];                /* inputs, output and scratch of the selected case */

#endif
