/* The SIMD instructions of the Armv7E-M DSP extension, and the same in plain C for cores without.
 * Source: Armv7-M Architecture Reference Manual (DDI 0403E), section A7.7. */
#ifndef HILBENCH_DSP_H
#define HILBENCH_DSP_H

#include <stdint.h>

#define HB_ALIGNED(bytes) __attribute__((aligned(bytes)))

/* Whether the core issues two instructions at a time. Compilers do not tell which core they compile for;
 * of those with the DSP extension only the Cortex-M7 has double precision. */
#if defined(__ARM_FP) && (__ARM_FP & 8)
#define HB_DUAL_ISSUE 1
#else
#define HB_DUAL_ISSUE 0
#endif

/* Two int16 in one word. */
#define HB_PAIR(low, high) (((uint32_t)(uint16_t)(low)) | ((uint32_t)(uint16_t)(high) << 16))

/* A function that is assembly from its first instruction to its return. */
#ifdef __clang__
#define HB_NAKED __attribute__((naked, noinline))
#else
#define HB_NAKED __attribute__((naked, noipa)) /* no caller may conclude which registers it leaves alone */
#endif
#define HB_UNUSED __attribute__((unused))

/* A function that only assembly calls. */
#define HB_CALLED_BY_NAME __attribute__((used, noinline))

/* A function of which every call is made for its literal arguments. */
#define HB_INLINE static inline __attribute__((always_inline))

/* Whether words may lie at any address. */
#if defined(__arm__) && !defined(__ARM_FEATURE_UNALIGNED)
#define HB_WORDS_ANYWHERE 0
#else
#define HB_WORDS_ANYWHERE 1
#endif

static inline uint32_t hb_load_word(const void *source)
{
    uint32_t word;
    __builtin_memcpy(&word, source, sizeof word);
    return word;
}

static inline uint32_t hb_load_aligned_word(const void *source)
{
    return hb_load_word(__builtin_assume_aligned(source, sizeof(uint32_t)));
}

static inline uint32_t hb_load_halfword(const void *source)
{
    uint16_t halfword;
    __builtin_memcpy(&halfword, source, sizeof halfword);
    return halfword;
}

static inline void hb_store_word(void *target, uint32_t word)
{
    __builtin_memcpy(target, &word, sizeof word);
}

static inline void hb_store_aligned_word(void *target, uint32_t word)
{
    hb_store_word(__builtin_assume_aligned(target, sizeof word), word);
}

/* No access to memory is moved across, lest a compiler loads ahead what then has to be spilled. */
#define HB_KEEP_ORDER() __asm__ volatile("" ::: "memory")

/* A value that stays in a register of its own: no other is computed from it. */
#define HB_KEEP(value) __asm__("" : "+r"(value))

#ifdef __ARM_FEATURE_DSP

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

#else

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

#endif
