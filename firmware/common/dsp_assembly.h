/* The instructions of the DSP extension that `dsp.h` offers.
 * Source: Armv7-M Architecture Reference Manual (DDI 0403E), section A7.7. */
#ifndef HILBENCH_DSP_ASSEMBLY_H
#define HILBENCH_DSP_ASSEMBLY_H

#include <stdint.h>

/* A function that is one instruction: %0 is its result, %1 and further are the operands named last. */
#define HB_INSTRUCTION(type, function, instruction, ...)                                           \
    static inline type function                                                                    \
    {                                                                                              \
        type result;                                                                               \
        __asm__(instruction : "=r"(result) : __VA_ARGS__);                                         \
        return result;                                                                             \
    }

/* The low halfwords of two words, and the high ones. */
HB_INSTRUCTION(uint32_t, hb_pack_low(uint32_t low, uint32_t high), "pkhbt %0, %1, %2, lsl #16", "r"(low), "r"(high))
HB_INSTRUCTION(uint32_t, hb_pack_high(uint32_t low, uint32_t high), "pkhtb %0, %2, %1, asr #16", "r"(low), "r"(high))

/* sum + both products of the halfwords. */
HB_INSTRUCTION(int32_t, hb_smlad(uint32_t x, uint32_t y, int32_t sum), "smlad %0, %1, %2, %3", "r"(x), "r"(y), "r"(sum))

/* The same with a sum of 64 bits. */
static inline int64_t hb_smlald(uint32_t x, uint32_t y, int64_t sum)
{
    __asm__("smlald %Q0, %R0, %1, %2" : "+r"(sum) : "r"(x), "r"(y));
    return sum;
}

/* sum + the product of one halfword of each: bottom or top of x, bottom or top of y. */
HB_INSTRUCTION(int32_t, hb_smlabb(uint32_t x, uint32_t y, int32_t sum), "smlabb %0, %1, %2, %3", "r"(x), "r"(y), "r"(sum))
HB_INSTRUCTION(int32_t, hb_smlabt(uint32_t x, uint32_t y, int32_t sum), "smlabt %0, %1, %2, %3", "r"(x), "r"(y), "r"(sum))
HB_INSTRUCTION(int32_t, hb_smlatb(uint32_t x, uint32_t y, int32_t sum), "smlatb %0, %1, %2, %3", "r"(x), "r"(y), "r"(sum))
HB_INSTRUCTION(int32_t, hb_smlatt(uint32_t x, uint32_t y, int32_t sum), "smlatt %0, %1, %2, %3", "r"(x), "r"(y), "r"(sum))

/* The product of the low halfwords, and of the high ones. */
HB_INSTRUCTION(int32_t, hb_smulbb(uint32_t x, uint32_t y), "smulbb %0, %1, %2", "r"(x), "r"(y))
HB_INSTRUCTION(int32_t, hb_smultt(uint32_t x, uint32_t y), "smultt %0, %1, %2", "r"(x), "r"(y))

/* Bytes 0 and 2, widened to halfwords, and bytes 1 and 3. */
HB_INSTRUCTION(uint32_t, hb_sxtb16(uint32_t bytes), "sxtb16 %0, %1", "r"(bytes))
HB_INSTRUCTION(uint32_t, hb_sxtb16_odd(uint32_t bytes), "sxtb16 %0, %1, ror #8", "r"(bytes))

/* The same, added to a pair of halfwords. */
HB_INSTRUCTION(uint32_t, hb_sxtab16(uint32_t pair, uint32_t bytes), "sxtab16 %0, %1, %2", "r"(pair), "r"(bytes))
HB_INSTRUCTION(uint32_t, hb_sxtab16_odd(uint32_t pair, uint32_t bytes), "sxtab16 %0, %1, %2, ror #8", "r"(pair), "r"(bytes))

/* Sums and differences of the halfwords. */
HB_INSTRUCTION(uint32_t, hb_sadd16(uint32_t x, uint32_t y), "sadd16 %0, %1, %2", "r"(x), "r"(y))
HB_INSTRUCTION(uint32_t, hb_ssub16(uint32_t x, uint32_t y), "ssub16 %0, %1, %2", "r"(x), "r"(y))

/* The sum of the lowest bytes, saturated. */
static inline int8_t hb_qadd8(int32_t x, int32_t y)
{
    int32_t result;
    __asm__("qadd8 %0, %1, %2" : "=r"(result) : "r"(x), "r"(y));
    return (int8_t)result;
}

/* Four sums of bytes, saturated. */
HB_INSTRUCTION(uint32_t, hb_qadd8x4(uint32_t x, uint32_t y), "qadd8 %0, %1, %2", "r"(x), "r"(y))

/* Four differences of bytes, modulo 256. */
HB_INSTRUCTION(uint32_t, hb_usub8x4(uint32_t x, uint32_t y), "usub8 %0, %1, %2", "r"(x), "r"(y))

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

HB_INSTRUCTION(int32_t, hb_ssat8(int32_t value), "ssat %0, #8, %1", "r"(value))

/* value >> right, saturated; `right` is a literal of 1 to 31. */
#define HB_SSAT8_SHIFTED(value, right)                                                             \
    __extension__({                                                                                \
        int32_t result;                                                                            \
        __asm__("ssat %0, #8, %1, asr %2" : "=r"(result) : "r"(value), "n"(right));                \
        result;                                                                                    \
    })

/* addend + the high word of the product: rounded to nearest, ties upwards, and as it is. */
HB_INSTRUCTION(int32_t, hb_smmlar(int32_t a, int32_t b, int32_t addend), "smmlar %0, %1, %2, %3", "r"(a), "r"(b), "r"(addend))
HB_INSTRUCTION(int32_t, hb_smmla(int32_t a, int32_t b, int32_t addend), "smmla %0, %1, %2, %3", "r"(a), "r"(b), "r"(addend))

/* High word of the product, rounded to nearest, ties upwards. */
HB_INSTRUCTION(int32_t, hb_smmulr(int32_t a, int32_t b), "smmulr %0, %1, %2", "r"(a), "r"(b))

#endif
