#include "line.h"

bool hb_line_feed(hb_line_t *line, char byte)
{
    if (byte == '%') {
        line->text[line->length] = '\0';
        return true;
    }
    if (byte == '\r' || byte == '\n')
        return false;
    if (line->length + 1u == sizeof line->text)
        line->too_long = true;
    else
        line->text[line->length++] = byte >= ' ' && byte <= '~' ? byte : '?';
    return false;
}

bool hb_line_is_empty(const hb_line_t *line)
{
    return line->length == 0;
}

void hb_line_clear(hb_line_t *line)
{
    line->length = 0;
    line->too_long = false;
}
