/* Input data, generated on the device so that it need not be sent. */
#ifndef HILBENCH_FILL_H
#define HILBENCH_FILL_H

#include "workload.h"

/* Fill `bytes` of `tensor` from `seed`; the host has the same in hilbench/operators/input_fill.py. */
void hb_fill(void *tensor, uint32_t bytes, enum hb_dtype dtype, uint32_t seed);

#endif
