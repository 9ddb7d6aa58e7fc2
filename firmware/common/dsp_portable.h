/* What `dsp_assembly.h` has for every core, in plain C. */
#ifndef HILBENCH_DSP_PORTABLE_H
#define HILBENCH_DSP_PORTABLE_H

#include "words.h"

static inline uint32_t hb_pack_low(uint32_t low, uint32_t high)
{
    return (low & 0xFFFFu) | high << 16;
}

static inline uint32_t hb_pack_high(uint32_t low, uint32_t high)
{
    return low >> 16 | (high & 0xFFFF0000u);
}

static inline int32_t hb_smlad(uint32_t x, uint32_t y, int32_t sum)
{
    const uint32_t low = (uint32_t)((int16_t)x * (int16_t)y), high = (uint32_t)((int16_t)(x >> 16) * (int16_t)(y >> 16));
    return (int32_t)((uint32_t)sum + low + high);
}

static inline int64_t hb_smlald(uint32_t x, uint32_t y, int64_t sum)
{
    return sum + (int16_t)x * (int16_t)y + (int16_t)(x >> 16) * (int16_t)(y >> 16);
}

#define HB_SMLA(halves, x_shift, y_shift)                                                          \
    static inline int32_t hb_smla##halves(uint32_t x, uint32_t y, int32_t sum)                     \
    {                                                                                              \
        return sum + (int16_t)(x >> (x_shift)) * (int16_t)(y >> (y_shift));                        \
    }
HB_SMLA(bb, 0, 0)
HB_SMLA(bt, 0, 16)
HB_SMLA(tb, 16, 0)
HB_SMLA(tt, 16, 16)

static inline int32_t hb_smulbb(uint32_t x, uint32_t y)
{
    return (int16_t)x * (int16_t)y;
}

static inline int32_t hb_smultt(uint32_t x, uint32_t y)
{
    return (int16_t)(x >> 16) * (int16_t)(y >> 16);
}

static inline uint32_t hb_sxtab16(uint32_t pair, uint32_t bytes)
{
    return HB_PAIR(pair + (uint32_t)(int8_t)bytes, (pair >> 16) + (uint32_t)(int8_t)(bytes >> 16));
}

static inline uint32_t hb_sxtab16_odd(uint32_t pair, uint32_t bytes)
{
    return hb_sxtab16(pair, bytes >> 8);
}

static inline uint32_t hb_sxtb16(uint32_t bytes)
{
    return hb_sxtab16(0, bytes);
}

static inline uint32_t hb_sxtb16_odd(uint32_t bytes)
{
    return hb_sxtab16(0, bytes >> 8);
}

static inline uint32_t hb_sadd16(uint32_t x, uint32_t y)
{
    return HB_PAIR(x + y, (x >> 16) + (y >> 16));
}

static inline uint32_t hb_ssub16(uint32_t x, uint32_t y)
{
    return HB_PAIR(x - y, (x >> 16) - (y >> 16));
}

/* Ones in all bits of the bytes of x that are no less than those of y. */
static inline uint32_t hb_not_less_bytes(uint32_t x, uint32_t y)
{
    const uint32_t signs = 0x80808080u;
    const uint32_t by_magnitude = (x | signs) - (y & ~signs);
    const uint32_t found = ((~x & y) | (~(x ^ y) & by_magnitude)) & signs;
    return (found - (found >> 7)) | found;
}

static inline uint32_t hb_max_bytes(uint32_t x, uint32_t y)
{
    return y ^ ((x ^ y) & hb_not_less_bytes(x, y));
}

static inline uint32_t hb_min_bytes(uint32_t x, uint32_t y)
{
    return x ^ ((x ^ y) & hb_not_less_bytes(x, y));
}

static inline uint32_t hb_join_bytes(int32_t a, int32_t b, int32_t c, int32_t d)
{
    return (uint32_t)(uint8_t)a | (uint32_t)(uint8_t)b << 8 | (uint32_t)(uint8_t)c << 16 | (uint32_t)d << 24;
}

static inline int32_t hb_ssat8(int32_t value)
{
    return value < -128 ? -128 : value > 127 ? 127 : value;
}

#define HB_SSAT8_SHIFTED(value, right) hb_ssat8((value) >> (right))

static inline int8_t hb_qadd8(int32_t x, int32_t y)
{
    return (int8_t)hb_ssat8((int8_t)x + (int8_t)y);
}

/* The high word of a product, the low one rounded by `half` of 2**16; of halves, for these cores multiply to 32 bits. */
static inline int32_t hb_high_word(int32_t a, int32_t b, uint32_t half)
{
    const int32_t a_high = a >> 16, b_high = b >> 16;
    const uint32_t a_low = a & 0xFFFF, b_low = b & 0xFFFF;
    const int32_t left = a_high * (int32_t)b_low, right = (int32_t)a_low * b_high;
    const uint32_t carried = (a_low * b_low >> 16) + (left & 0xFFFF) + (right & 0xFFFF) + half;
    return a_high * b_high + (left >> 16) + (right >> 16) + (int32_t)(carried >> 16);
}

static inline int32_t hb_smmlar(int32_t a, int32_t b, int32_t addend)
{
    return addend + hb_high_word(a, b, 0x8000);
}

static inline int32_t hb_smmla(int32_t a, int32_t b, int32_t addend)
{
    return addend + hb_high_word(a, b, 0);
}

static inline int32_t hb_smmulr(int32_t a, int32_t b)
{
    return hb_high_word(a, b, 0x8000);
}

#endif
