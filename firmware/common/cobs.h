/* Consistent overhead byte stuffing (Cheshire and Baker, SIGCOMM 1997): any bytes as bytes none of which is the delimiter,
 * at most one more in 254. Coded bytes are exclusive-ored with the delimiter, in whose place the method leaves out zeros.
 * Plain C without hardware, so that the host can test it. */
#ifndef HILBENCH_COBS_H
#define HILBENCH_COBS_H

#include <stdbool.h>
#include <stdint.h>

/* A decoder; zeroed at the begin of what is coded. */
typedef struct {
    uint8_t left;  /* bytes before the next code */
    bool zero;     /* whether a zero comes before it */
} hb_cobs_t;

/* Take one coded byte, which is not the delimiter; true when it gives `*byte`. */
bool hb_cobs_feed(hb_cobs_t *cobs, uint8_t coded, uint8_t delimiter, uint8_t *byte);

/* Hand the code of `bytes` bytes to `put`, byte by byte; the delimiter is up to the caller. */
void hb_cobs_encode(const uint8_t *data, uint32_t bytes, uint8_t delimiter, void (*put)(char byte));

#endif
