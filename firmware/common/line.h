/* Command lines out of a stream of bytes. Plain C without hardware, so that the host can test it. */
#ifndef HILBENCH_LINE_H
#define HILBENCH_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "capacity.h"

typedef struct {
    char text[HB_LINE_BYTES];
    uint32_t length;
    bool too_long; /* bytes were dropped since the last end of line */
} hb_line_t;

/* Take one byte; true when it ended a line, whose `text` then ends with NUL. Carriage returns and line
 * feeds are skipped, so that a person can type; what is not printable ASCII becomes '?'. */
bool hb_line_feed(hb_line_t *line, char byte);

/* Whether nothing of a line has come so far. */
bool hb_line_is_empty(const hb_line_t *line);

/* Forget the line, ready for the next. */
void hb_line_clear(hb_line_t *line);

#endif
