/* The instructions of the DSP extension that `dsp.h` offers, one function each.
 * Source: Armv7-M Architecture Reference Manual (DDI 0403E), section A7.7. */
#ifndef HILBENCH_DSP_ASSEMBLY_H
#define HILBENCH_DSP_ASSEMBLY_H

#include <stdint.h>

/* The low halfwords of two words, and the high ones. */
static inline uint32_t hb_pack_low(uint32_t low, uint32_t high)
{
    uint32_t result;
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(result) : "r"(low), "r"(high));
    return result;
}

static inline uint32_t hb_pack_high(uint32_t low, uint32_t high)
{
    uint32_t result;
    __asm__("pkhtb %0, %2, %1, asr #16" : "=r"(result) : "r"(low), "r"(high));
    return result;
}

/* sum + both products of the halfwords. */
static inline int32_t hb_smlad(uint32_t x, uint32_t y, int32_t sum)
{
    int32_t result;
    __asm__("smlad %0, %1, %2, %3" : "=r"(result) : "r"(x), "r"(y), "r"(sum));
    return result;
}

/* The same with a sum of 64 bits. */
static inline int64_t hb_smlald(uint32_t x, uint32_t y, int64_t sum)
{
    __asm__("smlald %Q0, %R0, %1, %2" : "+r"(sum) : "r"(x), "r"(y));
    return sum;
}

/* sum + the product of one halfword of each: bottom or top of x, bottom or top of y. */
#define HB_SMLA(halves)                                                                            \
    static inline int32_t hb_smla##halves(uint32_t x, uint32_t y, int32_t sum)                     \
    {                                                                                              \
        int32_t result;                                                                            \
        __asm__("smla" #halves " %0, %1, %2, %3" : "=r"(result) : "r"(x), "r"(y), "r"(sum));       \
        return result;                                                                             \
    }
HB_SMLA(bb)
HB_SMLA(bt)
HB_SMLA(tb)
HB_SMLA(tt)

/* The product of the low halfwords, and of the high ones. */
static inline int32_t hb_smulbb(uint32_t x, uint32_t y)
{
    int32_t result;
    __asm__("smulbb %0, %1, %2" : "=r"(result) : "r"(x), "r"(y));
    return result;
}

static inline int32_t hb_smultt(uint32_t x, uint32_t y)
{
    int32_t result;
    __asm__("smultt %0, %1, %2" : "=r"(result) : "r"(x), "r"(y));
    return result;
}

/* Bytes 0 and 2, widened to halfwords. */
static inline uint32_t hb_sxtb16(uint32_t bytes)
{
    uint32_t result;
    __asm__("sxtb16 %0, %1" : "=r"(result) : "r"(bytes));
    return result;
}

/* Bytes 1 and 3, widened to halfwords. */
static inline uint32_t hb_sxtb16_odd(uint32_t bytes)
{
    uint32_t result;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(result) : "r"(bytes));
    return result;
}

/* Bytes 0 and 2, widened and added to a pair of halfwords. */
static inline uint32_t hb_sxtab16(uint32_t pair, uint32_t bytes)
{
    uint32_t result;
    __asm__("sxtab16 %0, %1, %2" : "=r"(result) : "r"(pair), "r"(bytes));
    return result;
}

/* Bytes 1 and 3, widened and added to a pair of halfwords. */
static inline uint32_t hb_sxtab16_odd(uint32_t pair, uint32_t bytes)
{
    uint32_t result;
    __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(result) : "r"(pair), "r"(bytes));
    return result;
}

/* Sums and differences of the halfwords. */
static inline uint32_t hb_sadd16(uint32_t x, uint32_t y)
{
    uint32_t result;
    __asm__("sadd16 %0, %1, %2" : "=r"(result) : "r"(x), "r"(y));
    return result;
}

static inline uint32_t hb_ssub16(uint32_t x, uint32_t y)
{
    uint32_t result;
    __asm__("ssub16 %0, %1, %2" : "=r"(result) : "r"(x), "r"(y));
    return result;
}

/* The sum of the lowest bytes, saturated. */
static inline int8_t hb_qadd8(int32_t x, int32_t y)
{
    int32_t result;
    __asm__("qadd8 %0, %1, %2" : "=r"(result) : "r"(x), "r"(y));
    return (int8_t)result;
}

/* Four sums of bytes, saturated. */
static inline uint32_t hb_qadd8x4(uint32_t x, uint32_t y)
{
    uint32_t result;
    __asm__("qadd8 %0, %1, %2" : "=r"(result) : "r"(x), "r"(y));
    return result;
}

/* Four differences of bytes, modulo 256. */
static inline uint32_t hb_usub8x4(uint32_t x, uint32_t y)
{
    uint32_t result;
    __asm__("usub8 %0, %1, %2" : "=r"(result) : "r"(x), "r"(y));
    return result;
}

/* The larger and the smaller of each of four signed bytes. */
static inline uint32_t hb_max_bytes(uint32_t x, uint32_t y)
{
    uint32_t result;
    __asm__("ssub8 %0, %1, %2\n\tsel %0, %1, %2" : "=&r"(result) : "r"(x), "r"(y) : "cc");
    return result;
}

static inline uint32_t hb_min_bytes(uint32_t x, uint32_t y)
{
    uint32_t result;
    __asm__("ssub8 %0, %1, %2\n\tsel %0, %2, %1" : "=&r"(result) : "r"(x), "r"(y) : "cc");
    return result;
}

/* The lowest bytes of four words. */
static inline uint32_t hb_join_bytes(int32_t a, int32_t b, int32_t c, int32_t d)
{
    __asm__("bfi %0, %1, #8, #8\n\tbfi %0, %2, #16, #8\n\tbfi %0, %3, #24, #8"
            : "+&r"(a)
            : "r"(b), "r"(c), "r"(d));
    return (uint32_t)a;
}

static inline int32_t hb_ssat8(int32_t value)
{
    int32_t result;
    __asm__("ssat %0, #8, %1" : "=r"(result) : "r"(value));
    return result;
}

/* value >> right, saturated; `right` is a literal of 1 to 31. */
#define HB_SSAT8_SHIFTED(value, right)                                                             \
    __extension__({                                                                                \
        int32_t result;                                                                            \
        __asm__("ssat %0, #8, %1, asr %2" : "=r"(result) : "r"(value), "n"(right));                \
        result;                                                                                    \
    })

/* addend + the high word of the product, rounded to nearest, ties upwards. */
static inline int32_t hb_smmlar(int32_t a, int32_t b, int32_t addend)
{
    int32_t result;
    __asm__("smmlar %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(addend));
    return result;
}

/* addend + the high word of the product. */
static inline int32_t hb_smmla(int32_t a, int32_t b, int32_t addend)
{
    int32_t result;
    __asm__("smmla %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(addend));
    return result;
}

/* High word of the product, rounded to nearest, ties upwards. */
static inline int32_t hb_smmulr(int32_t a, int32_t b)
{
    int32_t result;
    __asm__("smmulr %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));
    return result;
}

#endif
