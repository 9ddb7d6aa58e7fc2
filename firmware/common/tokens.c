#include "tokens.h"

char *hb_token(char **rest)
{
    char *word = *rest;
    while (*word == ' ')
        ++word;
    char *end = word;
    while (*end && *end != ' ')
        ++end;
    *rest = *end ? end + 1 : end;
    *end = '\0';
    return word;
}

bool hb_equal(const char *left, const char *right)
{
    while (*left && *left == *right)
        ++left, ++right;
    return *left == *right;
}

bool hb_parse_unsigned(const char *word, uint32_t *value)
{
    uint64_t sum = 0;
    if (!*word)
        return false;
    for (; *word; ++word) {
        if (*word < '0' || *word > '9')
            return false;
        sum = 10u * sum + (uint32_t)(*word - '0');
        if (sum > UINT32_MAX)
            return false;
    }
    *value = (uint32_t)sum;
    return true;
}

int hb_hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

bool hb_parse_hex32(const char *word, uint32_t *value)
{
    uint32_t sum = 0;
    for (int n = 0; n < 8; ++n, ++word) {
        const int digit = hb_hex_digit(*word);
        if (digit < 0)
            return false;
        sum = sum << 4 | (uint32_t)digit;
    }
    *value = sum;
    return *word == '\0';
}
