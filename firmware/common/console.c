#include <stdarg.h>
#include <stdint.h>

#include "board.h"
#include "console.h"
#include "crc32.h"
#include "divide.h"

static uint32_t line_crc; /* of the line so far */

static void put(char byte)
{
    line_crc = byte == '\n' ? 0 : hb_crc32_append(line_crc, (uint8_t)byte);
    if (byte == '\n')
        hb_serial_write('\r');
    hb_serial_write(byte);
}

static void put_text(const char *text)
{
    while (*text)
        put(*text++);
}

static void put_unsigned(uint64_t value)
{
    char digits[21];
    char *first = digits + sizeof digits - 1;
    *first = '\0';
    do {
        uint32_t digit;
        value = hb_divide(value, 10, &digit);
        *--first = (char)('0' + digit);
    } while (value);
    put_text(first);
}

static void put_signed(int32_t value)
{
    if (value < 0)
        put('-');
    put_unsigned(value < 0 ? 0u - (uint32_t)value : (uint32_t)value);
}

static void put_hex(uint32_t value, int digits)
{
    while (digits-- > 0)
        put("0123456789abcdef"[value >> (4 * digits) & 0xFu]);
}

static void put_checksum(void)
{
    const uint32_t crc = line_crc;
    put(' ');
    put_hex(crc, 8);
}

void hb_print(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    for (; *format; ++format) {
        if (*format != '%') {
            put(*format);
            continue;
        }
        switch (*++format) {
        case 's': put_text(va_arg(values, const char *)); break;
        case 'c': put((char)va_arg(values, int)); break;
        case 'u': put_unsigned(va_arg(values, uint32_t)); break;
        case 'U': put_unsigned(va_arg(values, uint64_t)); break;
        case 'd': put_signed(va_arg(values, int32_t)); break;
        case 'x': put_hex(va_arg(values, uint32_t), 8); break;
        case 'C': put_checksum(); break;
        case 'b': put_hex((uint32_t)va_arg(values, int), 2); break;
        }
    }
    va_end(values);
}
