/* Sums of products of int8 weights and a vector that was widened to int16 before, four elements at a time. */
#ifndef HILBENCH_DOT_H
#define HILBENCH_DOT_H

#include "dsp.h"

/* Elements of a vector less its zero point, the even ones of each four in a word before the odd ones; with zeros behind
 * them to a multiple of four. */
static inline void hb_widen(uint32_t *to, const int8_t *from, int count, int zero_point)
{
    for (; count > 0; count -= 4, from += 4, to += 2) {
        int32_t x[4] = {0, 0, 0, 0};
        for (int i = 0; i < 4 && i < count; ++i)
            x[i] = from[i] - zero_point;
        to[0] = HB_PAIR(x[0], x[2]);
        to[1] = HB_PAIR(x[1], x[3]);
    }
}

/* Add the products with a row of `fours` times four weights, which begins at a word. */
static inline int32_t hb_dot(const uint32_t *vector, const int8_t *weights, int fours, int32_t sum)
{
    for (; fours > 0; --fours, vector += 2, weights += 4) {
        const uint32_t four = hb_load_aligned_word(weights);
        sum = hb_smlad(hb_sxtb16(four), vector[0], sum);
        sum = hb_smlad(hb_sxtb16_odd(four), vector[1], sum);
    }
    return sum;
}

/* The same for two rows, the second so many bytes behind the first. */
static inline void hb_dot_pair(const uint32_t *vector, const int8_t *weights, int apart, int fours, int32_t sums[2])
{
    int32_t first = sums[0], second = sums[1];
    for (; fours > 0; --fours, vector += 2, weights += 4) {
        const uint32_t even = vector[0], odd = vector[1];
        const uint32_t upper = hb_load_aligned_word(weights), lower = hb_load_aligned_word(weights + apart);
        first = hb_smlad(hb_sxtb16(upper), even, first);
        second = hb_smlad(hb_sxtb16(lower), even, second);
        first = hb_smlad(hb_sxtb16_odd(upper), odd, first);
        second = hb_smlad(hb_sxtb16_odd(lower), odd, second);
    }
    sums[0] = first, sums[1] = second;
}

#endif
