/* Words and numbers of a command line. Plain C without hardware, so that the host can test it. */
#ifndef HILBENCH_TOKENS_H
#define HILBENCH_TOKENS_H

#include <stdbool.h>
#include <stdint.h>

/* The next word of `*rest`, ended in place, or an empty one; `*rest` moves behind it. */
char *hb_token(char **rest);

bool hb_equal(const char *left, const char *right);

/* Parse a whole word as decimal number up to UINT32_MAX; false when it is anything else. */
bool hb_parse_unsigned(const char *word, uint32_t *value);

/* Value of a hex digit, or -1. */
int hb_hex_digit(char digit);

/* Parse eight hex digits. */
bool hb_parse_hex32(const char *word, uint32_t *value);

#endif
