/* The logistic function and the tangent of TFLite's integer LSTM: 16 bits of fixed point, bit for bit. Qn.m has n integer
 * and m fractional bits. hilbench/quantization/fixed_exponential.py has the same.
 * Source: gemmlowp, fixedpoint.h. */
#ifndef HILBENCH_GATES_H
#define HILBENCH_GATES_H

#include "requantize.h"

static inline int32_t hb_saturate16(int32_t value)
{
    return value < INT16_MIN ? INT16_MIN : value > INT16_MAX ? INT16_MAX : value;
}

/* A product of two of Q0.15, rounded to nearest, ties upwards. */
static inline int32_t hb_high_mul16(int32_t a, int32_t b)
{
    return (a * b + (1 << 14)) >> 15;
}

/* exp of a value <= 0 with so many integer bits, at most 5, in Q0.15: a Taylor series about -1/8 for what is left modulo
 * 1/4, then a factor for each bit of the rest. */
static inline int32_t hb_exp_of_negative16(int32_t value, int integer_bits)
{
    static const int16_t of_powers[] = {25520, 19875, 12055, 4435, 600, 11, 0};
    enum { OF_EIGHTH = 28918, THIRD = 10923 };
    if (value == 0)
        return INT16_MAX;
    const int32_t quarter = 1 << (13 - integer_bits);
    const int32_t remainder = (value & (quarter - 1)) - quarter;
    const int32_t x = remainder * (1 << integer_bits) + (1 << 12);
    const int32_t square = hb_high_mul16(x, x);
    const int32_t cube = hb_high_mul16(square, x), fourth = hb_high_mul16(square, square);
    const int32_t tail = hb_high_mul16(hb_rounding_shift_right(fourth, 2) + cube, THIRD) + square;
    int32_t result = hb_saturate16(OF_EIGHTH + hb_high_mul16(x + hb_rounding_shift_right(tail, 1), OF_EIGHTH));
    const int32_t quarters = remainder - value;
    for (int i = 0; i < integer_bits + 2; ++i)
        if (quarters & (quarter << i))
            result = hb_high_mul16(result, of_powers[i]);
    return result;
}

/* 2 / (1 + x) for x in [0, 1) in Q0.15, in Q2.13, by three steps of Newton's method. */
static inline int32_t hb_twice_reciprocal16(int32_t value)
{
    enum { FIRST = 23130, SLOPE = -15420, ONE = 1 << 13 };
    const int32_t half = (value + (1 << 15)) >> 1;
    int32_t x = FIRST + hb_high_mul16(half, SLOPE);
    for (int i = 0; i < 3; ++i)
        x += hb_saturate16(hb_high_mul16(x, ONE - hb_high_mul16(half, x)) * 4);
    return x;
}

/* The logistic function of Q3.12, in Q0.15. */
static inline int32_t hb_logistic16(int32_t value)
{
    if (value == 0)
        return 1 << 14;
    const int32_t share = hb_saturate16(hb_twice_reciprocal16(hb_exp_of_negative16(value < 0 ? value : -value, 3)) * 2);
    return value > 0 ? share : INT16_MAX - share;
}

/* The tangent of a value with so many integer bits, at most 4, in Q0.15. */
static inline int32_t hb_tanh16(int32_t value, int integer_bits)
{
    if (value == 0)
        return 0;
    const int32_t exponential = hb_exp_of_negative16(value < 0 ? value : -value, integer_bits + 1);
    const int32_t magnitude = hb_saturate16((hb_twice_reciprocal16(exponential) - (1 << 13)) * 4);
    return value > 0 ? magnitude : -magnitude;
}

#endif
