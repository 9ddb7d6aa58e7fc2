#include "fill.h"

/* Bijective integer hash with low bias (the 32-bit "lowbias" finaliser by C. Wellons), of a counter. */
static uint32_t hash(uint32_t x)
{
    x ^= x >> 16;
    x *= 0x7FEB352Du;
    x ^= x >> 15;
    x *= 0x846CA68Bu;
    return x ^ x >> 16;
}

static uint32_t element(uint32_t index, uint32_t seed)
{
    return hash(index * 0x9E3779B9u + seed);
}

void hb_fill(void *tensor, uint32_t bytes, enum hb_dtype dtype, uint32_t seed)
{
    if (dtype == HB_INT8 || dtype == HB_UINT8) {
        uint8_t *values = tensor;
        for (uint32_t n = 0; n < bytes; ++n)
            values[n] = (uint8_t)(element(n, seed) & 0xFFu);
    } else if (dtype == HB_INT16) {
        int16_t *values = tensor;
        for (uint32_t n = 0; n < bytes / sizeof *values; ++n)
            values[n] = (int16_t)(element(n, seed) & 0xFFFFu);
    } else if (dtype == HB_INT32) {
        int32_t *values = tensor;
        for (uint32_t n = 0; n < bytes / sizeof *values; ++n)
            values[n] = (int32_t)element(n, seed);
    } else {
        float *values = tensor;
        for (uint32_t n = 0; n < bytes / sizeof *values; ++n)
            values[n] = (float)(int32_t)(element(n, seed) >> 8) * 0x1p-23f - 1.0f;
    }
}
