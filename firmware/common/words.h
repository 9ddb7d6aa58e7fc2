/* Words of memory: loads and stores of several bytes at once. */
#ifndef HILBENCH_WORDS_H
#define HILBENCH_WORDS_H

#include <stdint.h>

/* Two int16 in one word. */
#define HB_PAIR(low, high) (((uint32_t)(uint16_t)(low)) | ((uint32_t)(uint16_t)(high) << 16))

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

static inline void hb_store_byte(void *target, uint32_t byte)
{
    *(uint8_t *)target = (uint8_t)byte;
}

static inline void hb_store_halfword(void *target, uint32_t low)
{
    const uint16_t halfword = (uint16_t)low;
    __builtin_memcpy(target, &halfword, sizeof halfword);
}

static inline void hb_store_word(void *target, uint32_t word)
{
    __builtin_memcpy(target, &word, sizeof word);
}

static inline void hb_store_aligned_word(void *target, uint32_t word)
{
    hb_store_word(__builtin_assume_aligned(target, sizeof word), word);
}

/* A word at an address where words may lie, as HB_WORDS_TOGETHER asks. */
#if HB_WORDS_ANYWHERE
#define HB_WORDS_TOGETHER(address) 1
#define HB_LOAD hb_load_word
#define HB_STORE hb_store_word
#else
#define HB_WORDS_TOGETHER(address) (((address) & 3u) == 0)
#define HB_LOAD hb_load_aligned_word
#define HB_STORE hb_store_aligned_word
#endif

/* Copy neighbouring bytes, by words wherever they may lie so. */
static inline void hb_copy_run(void *target, const void *source, uint32_t bytes)
{
    uint8_t *to = target;
    const uint8_t *from = source;
    if (HB_WORDS_TOGETHER((uintptr_t)to | (uintptr_t)from))
        for (; bytes >= 4; bytes -= 4, to += 4, from += 4)
            HB_STORE(to, HB_LOAD(from));
    for (; bytes > 0; --bytes)
        *to++ = *from++;
}

/* Set neighbouring bytes to those of a word, which begins where they begin. */
static inline void hb_set_run(void *target, uint32_t word, uint32_t bytes)
{
    uint8_t *to = target;
    if (HB_WORDS_TOGETHER((uintptr_t)to))
        for (; bytes >= 4; bytes -= 4, to += 4)
            HB_STORE(to, word);
    for (uint32_t n = 0; n < bytes; ++n)
        to[n] = (uint8_t)(word >> (n % 4 * 8));
}

#endif
