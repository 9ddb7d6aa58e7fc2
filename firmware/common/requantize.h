/* TFLite's integer arithmetic, as its reference kernels have it.
 * Source: tensorflow/lite/kernels/internal/common.h, MultiplyByQuantizedMultiplier. */
#ifndef HILBENCH_REQUANTIZE_H
#define HILBENCH_REQUANTIZE_H

#include <stdint.h>

/* High word of 2 * a * b, rounded to nearest, ties upwards; b must not be negative. */
static inline int32_t hb_doubling_high_mul(int32_t a, int32_t b)
{
#ifdef __ARM_ARCH_6M__
    /* Without long multiplication: by halves of 16 bits. What `middle` adds up stays below 2**32, and so does its rest
     * with a_high * b_low within 31 bits and a sign, whatever a is. */
    const int32_t a_high = a >> 16, b_high = b >> 16;
    const uint32_t a_low = (uint16_t)a, b_low = (uint16_t)b;
    const uint32_t middle = a_low * (uint32_t)b_high + (a_low * b_low >> 16) + (1u << 14);
    const int32_t rest = (int32_t)(middle & 0x7FFFu) + a_high * (int32_t)b_low;
    return 2 * a_high * b_high + (int32_t)(middle >> 15) + (rest >> 15);
#else
    return (int32_t)(((int64_t)a * b + (1 << 30)) >> 31);
#endif
}

/* value / 2**bits to nearest, ties away from zero; bits in 0 .. 31. */
static inline int32_t hb_rounding_shift_right(int32_t value, int bits)
{
    const int32_t mask = (int32_t)((1u << bits) - 1u);
    const int32_t threshold = (mask >> 1) + (value < 0);
    return (value >> bits) + ((value & mask) > threshold);
}

/* value * multiplier * 2**(shift - 31), rounded twice; a left shift must not overflow. */
static inline int32_t hb_requantize(int32_t value, int32_t multiplier, int shift)
{
    if (shift > 0)
        return hb_doubling_high_mul(value * (1 << shift), multiplier);
    return hb_rounding_shift_right(hb_doubling_high_mul(value, multiplier), -shift);
}

/* The same, rounded once: to nearest, ties upwards. */
static inline int32_t hb_requantize_once(int32_t value, int32_t multiplier, int shift)
{
    const int bits = 31 - shift;
    return (int32_t)(((int64_t)value * multiplier + ((int64_t)1 << (bits - 1))) >> bits);
}

/* The same for a sum of up to 48 bits, in two parts lest the product exceeds 64. */
static inline int32_t hb_requantize_once_long(int64_t value, int32_t multiplier, int shift)
{
    const int bits = 31 - shift;
    const int64_t low = ((value & 0xFFFF) * multiplier + ((int64_t)1 << (bits - 1))) >> 16;
    return (int32_t)(((value >> 16) * multiplier + low) >> (bits - 16));
}

/* A 64-bit sum times a multiplier of 15 bits, rounded once: what TFLite does to sums of int16 activations. */
static inline int32_t hb_requantize_reduced(int64_t value, int32_t multiplier, int shift)
{
    const int bits = 15 - shift;
    return (int32_t)((value * multiplier + ((int64_t)1 << (bits - 1))) >> bits);
}

static inline int8_t hb_clamp_int8(int32_t value, int32_t lowest, int32_t highest)
{
    return (int8_t)(value < lowest ? lowest : value > highest ? highest : value);
}

static inline int16_t hb_clamp_int16(int32_t value, int32_t lowest, int32_t highest)
{
    return (int16_t)(value < lowest ? lowest : value > highest ? highest : value);
}

/* One of int4 weights, two to a byte, the first in the low half. */
static inline int hb_int4(const uint8_t *packed, int index)
{
    return (int8_t)(packed[index / 2] << (index % 2 ? 0 : 4)) >> 4;
}

#endif
