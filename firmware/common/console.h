/* Lines to the host. */
#ifndef HILBENCH_CONSOLE_H
#define HILBENCH_CONSOLE_H

/* Directives: %s text, %c character, %u uint32_t, %U uint64_t, %d int32_t, %x uint32_t as 8 hex digits,
 * %b byte as 2 hex digits, %C a space and the CRC-32 of the line so far as 8 hex digits.
 * "\n" is sent as "\r\n". */
void hb_print(const char *format, ...);

#endif
