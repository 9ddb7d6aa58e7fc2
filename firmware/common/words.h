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

static inline void hb_store_word(void *target, uint32_t word)
{
    __builtin_memcpy(target, &word, sizeof word);
}

static inline void hb_store_aligned_word(void *target, uint32_t word)
{
    hb_store_word(__builtin_assume_aligned(target, sizeof word), word);
}

#endif
