/* The memory functions that compilers call on their own; there is no C library. */
#include <stddef.h>
#include <stdint.h>

typedef uint32_t __attribute__((may_alias)) word;

static int both_aligned(const void *a, const void *b)
{
    return (((uintptr_t)a | (uintptr_t)b) & (sizeof(word) - 1u)) == 0;
}

void *memcpy(void *restrict target, const void *restrict source, size_t bytes)
{
    uint8_t *to = target;
    const uint8_t *from = source;
    if (both_aligned(to, from))
        for (; bytes >= sizeof(word); bytes -= sizeof(word), to += sizeof(word), from += sizeof(word))
            *(word *)to = *(const word *)from;
    while (bytes-- > 0)
        *to++ = *from++;
    return target;
}

void *memmove(void *target, const void *source, size_t bytes)
{
    uint8_t *to = target;
    const uint8_t *from = source;
    if (to <= from || to >= from + bytes)
        return memcpy(target, source, bytes);
    while (bytes-- > 0)
        to[bytes] = from[bytes];
    return target;
}

void *memset(void *target, int value, size_t bytes)
{
    uint8_t *to = target;
    const word pattern = (uint8_t)value * 0x01010101u;
    if (both_aligned(to, to))
        for (; bytes >= sizeof(word); bytes -= sizeof(word), to += sizeof(word))
            *(word *)to = pattern;
    while (bytes-- > 0)
        *to++ = (uint8_t)value;
    return target;
}

int memcmp(const void *left, const void *right, size_t bytes)
{
    const uint8_t *a = left;
    const uint8_t *b = right;
    for (; bytes > 0; --bytes, ++a, ++b)
        if (*a != *b)
            return *a - *b;
    return 0;
}
