/* The fixed-point arithmetic of TFLite's SOFTMAX, bit for bit. Qn.m has n integer and m fractional bits.
 * hilbench/quantization/fixed_exponential.py has the same.
 * Source: gemmlowp, fixedpoint.h; tensorflow/lite/kernels/internal/reference/softmax.h. */
#ifndef HILBENCH_SOFTMAX_H
#define HILBENCH_SOFTMAX_H

#include "requantize.h"

/* exp of a value <= 0 in Q5.26, in Q0.31: a Taylor series about -1/8 for what is left modulo 1/4, then a
 * factor for each bit of the rest. */
static inline int32_t hb_exp_of_negative(int32_t value)
{
    static const int32_t of_powers[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
    enum { QUARTER = 1 << 24, OF_EIGHTH = 1895147668, THIRD = 715827883 };
    if (value == 0)
        return INT32_MAX;
    const int32_t remainder = (value & (QUARTER - 1)) - QUARTER;
    const int32_t x = remainder * 32 + (1 << 28);
    const int32_t square = hb_doubling_high_mul(x < 0 ? -x : x, x < 0 ? -x : x);
    const int32_t cube = hb_doubling_high_mul(x, square);
    const int32_t fourth = hb_doubling_high_mul(square, square);
    const int32_t tail = hb_doubling_high_mul(hb_rounding_shift_right(fourth, 2) + cube, THIRD) + square;
    int32_t result = OF_EIGHTH + hb_doubling_high_mul(x + hb_rounding_shift_right(tail, 1), OF_EIGHTH);
    const int32_t quarters = remainder - value;
    for (int i = 0; i < 7; ++i)
        if (quarters & (QUARTER << i))
            result = hb_doubling_high_mul(result, of_powers[i]);
    return result;
}

static inline int32_t hb_saturating_shift_left(int32_t value, int bits)
{
    const int32_t shifted = (int32_t)((uint32_t)value << bits);
    if (shifted >> bits != value)
        return value < 0 ? INT32_MIN : INT32_MAX;
    return shifted;
}

/* 1 / (1 + x) for x in [0, 1), both in Q0.31, by three steps of Newton's method in Q2.29. */
static inline int32_t hb_reciprocal_of_one_plus(int32_t value)
{
    enum { FIRST = 1515870810, SLOPE = -1010580540, ONE = 1 << 29 };
    const int32_t half = (int32_t)(((uint32_t)value + 0x80000000u) >> 1);
    int32_t x = FIRST + hb_doubling_high_mul(SLOPE, half);
    for (int i = 0; i < 3; ++i) {
        const int32_t missing = ONE - hb_doubling_high_mul(half, x);
        x += hb_saturating_shift_left(hb_doubling_high_mul(missing, x), 2);
    }
    return hb_saturating_shift_left(x, 1);
}

/* Integer bits of a sum of exponentials, Q12.19. */
#define HB_SUM_BITS 12

/* The reciprocal of a sum in Q0.31 after the sum's leading zeros, and the right shift, at most 31, that leaves the bits
 * of a share that are wanted. */
typedef struct {
    int32_t scale;
    int right;
} hb_reciprocal_t;

/* `sum` is at least 1.0, for one of its exponentials is; of 512.0 and more no share of 8 bits comes to half a step. */
static inline hb_reciprocal_t hb_reciprocal_of_sum(int32_t sum, int bits)
{
    const int zeros = __builtin_clz((unsigned)sum), right = HB_SUM_BITS - zeros + 31 - bits;
    if (right > 31)
        return (hb_reciprocal_t){0, 31};
    const int32_t fraction = (int32_t)(((uint32_t)sum << zeros) - 0x80000000u);
    const hb_reciprocal_t result = {hb_reciprocal_of_one_plus(fraction), right};
    return result;
}

#endif
