/* 64-bit division by a 32-bit number, so that the firmware needs no compiler runtime library. */
#ifndef HILBENCH_DIVIDE_H
#define HILBENCH_DIVIDE_H

#include <stdint.h>

/* Quotient; the remainder goes to `remainder`. `divisor` must not be zero. */
static inline uint64_t hb_divide(uint64_t dividend, uint32_t divisor, uint32_t *remainder)
{
    uint64_t quotient = 0;
    uint64_t rest = 0;
    if (dividend >> 32 == 0) {
        *remainder = (uint32_t)dividend % divisor;
        return (uint32_t)dividend / divisor;
    }
    for (int bit = 63; bit >= 0; --bit) {
        rest = rest << 1 | (dividend >> bit & 1u);
        if (rest >= divisor) {
            rest -= divisor;
            quotient |= (uint64_t)1 << bit;
        }
    }
    *remainder = (uint32_t)rest;
    return quotient;
}

#endif
