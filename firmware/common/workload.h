/* The contract between generated code and the firmware that runs it. */
#ifndef HILBENCH_WORKLOAD_H
#define HILBENCH_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

#define HB_MAX_INPUTS 8

/* Of inputs and outputs. */
enum hb_dtype { HB_INT8 = 0, HB_FLOAT32 = 1, HB_INT16 = 2, HB_UINT8 = 3, HB_INT32 = 4 };

/* Computes the output from the inputs; weights are constants of its own source files.
 * All pointers are 16-byte aligned. Several outputs lie one behind the other, without a gap. */
typedef void (*hb_kernel_t)(const void *const inputs[HB_MAX_INPUTS], void *output, void *scratch);

/* Prepares code that was made elsewhere, once after each selection: NULL, or why it cannot run. It may set other places of
 * the inputs and of the output. */
typedef const char *(*hb_prepare_t)(const void *inputs[HB_MAX_INPUTS], void **output, void *scratch);

/* A tensor's place in the arena; several outputs are one. */
typedef struct {
    uint32_t offset;
    uint32_t bytes;
    enum hb_dtype dtype;
} hb_place_t;

/* What is selected, run and measured: one operator, or a whole network. */
typedef struct {
    const char *id;           /* its digest: 16 hex digits */
    hb_kernel_t run;
    hb_prepare_t prepare;     /* NULL where there is nothing to prepare */
    const hb_place_t *inputs;
    uint32_t input_count;
    hb_place_t output;
    uint32_t scratch_offset;
    uint32_t scratch_bytes;
    uint32_t seed;            /* input i is filled from seed + i, see fill.c */
    uint32_t segments;        /* steps that a run consists of, each of which may report its end */
    bool consumes_inputs;     /* a run overwrites its inputs, which share their places with what comes later */
    const uint8_t *flash;     /* its constants, and its code where that is not copied before it runs */
    const uint8_t *flash_end;
} hb_workload_t;

/* Defined in the image's generated manifest.c. */
extern const hb_workload_t hb_workloads[];
extern const uint32_t hb_workload_count;
extern const char hb_image_digest[];      /* 64 hex digits over everything that produced the image */
extern const char hb_placement[];         /* where kernels and arena live: "flash" or "tcm" */
extern uint8_t hb_arena[];                /* inputs, output and scratch of the selected workload */

/* RAM with tensors in it: the arena, and what workloads take of other memories, which their code knows by its name. */
typedef struct {
    const char *name;
    uint8_t *data;
    uint32_t bytes;
} hb_bank_t;
extern const hb_bank_t hb_banks[];
extern const uint32_t hb_bank_count;

/* Called by code that was generated with probes, when segment `index` is over; in their order, from 0.
 * True where the run is to end here. */
bool hb_segment(uint32_t index);

#endif
