/* What a folder of a chip family supplies to the common firmware. */
#ifndef HILBENCH_BOARD_H
#define HILBENCH_BOARD_H

#include <stdbool.h>
#include <stdint.h>

enum { HB_UNIQUE_ID_BYTES = 12 };

/* Bring up the serial line, then clocks, caches and the trigger pin.
 * NULL, or a sentence that names what did not start; the serial line works in either case. */
const char *hb_board_start(void);

uint32_t hb_board_clock_hz(void);
uint32_t hb_board_flash_wait_states(void);

/* The identity, from the addresses CHIP_ID and UNIQUE_ID_WORDS of the family's `chip.h`. */
uint32_t hb_board_chip_id(void);
const uint8_t *hb_board_unique_id(void);

/* The pin that a power meter watches; it idles high. */
void hb_trigger_high(void);
void hb_trigger_low(void);

/* The serial line: 8N1. `hb_serial_read` sleeps until a byte is there. */
void hb_serial_start(uint32_t baud);
void hb_serial_write(char byte);
char hb_serial_read(void);

/* Wait until the last byte has left the wire. */
void hb_serial_flush(void);

/* Whether the line can run at `baud` closely enough. */
bool hb_serial_supports(uint32_t baud);

#endif
