/* exp of float for arguments of at most 0; hilbench/quantization/float_exponential.py has the same, operation by operation.
 * Source of the polynomial and of the two parts of ln 2: Cephes Mathematical Library, expf. */
#ifndef HILBENCH_FLOAT_EXPONENTIAL_H
#define HILBENCH_FLOAT_EXPONENTIAL_H

#include <stdint.h>

static inline float hb_expf_of_negative(float value)
{
    if (value < -87.0f)
        return 0.0f; /* no normal number */
    const int32_t power = (int32_t)(value * 1.44269504f - 0.5f);
    const float whole = (float)power;
    const float rest = value - whole * 0.693359375f - whole * -2.12194440e-4f;
    float series = 1.9875691500e-4f;
    series = series * rest + 1.3981999507e-3f;
    series = series * rest + 8.3334519073e-3f;
    series = series * rest + 4.1665795894e-2f;
    series = series * rest + 1.6666665459e-1f;
    series = series * rest + 0.5f;
    const union {
        uint32_t bits;
        float value;
    } scale = {(uint32_t)(power + 127) << 23};
    return (series * (rest * rest) + rest + 1.0f) * scale.value;
}

#endif
