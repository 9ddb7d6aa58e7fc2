/* Commands that read and write tensors, in pieces with checksums, so that either side can ask again. */
#include "capacity.h"
#include "commands.h"
#include "console.h"
#include "crc32.h"
#include "frame.h"
#include "selected.h"
#include "tokens.h"

enum { FRAME_BYTES = 256 };

/* `I` behind `in`; false when that is no input of the selected workload. */
static bool parse_input(char **arguments, hb_tensor_t *tensor)
{
    uint32_t index;
    if (!hb_parse_unsigned(hb_token(arguments), &index))
        return false;
    *tensor = hb_input(index);
    return tensor->bytes > 0;
}

/* `out`, `in I` or the name of a bank, as `arena`; false when the words name nothing. */
static bool parse_tensor(char **arguments, hb_tensor_t *tensor)
{
    const char *const side = hb_token(arguments);
    if (hb_equal(side, "in"))
        return parse_input(arguments, tensor);
    if (hb_equal(side, "out")) {
        *tensor = hb_output();
        return true;
    }
    for (uint32_t n = 0; n < hb_bank_count; ++n)
        if (hb_equal(side, hb_banks[n].name)) {
            *tensor = (hb_tensor_t){hb_banks[n].data, hb_banks[n].bytes};
            return true;
        }
    return false;
}

/* A piece of at most `most` bytes of what the words name; false, with an error, where there is no such. */
static bool parse_piece(const char *command, char *arguments, uint32_t most, uint32_t *offset, hb_tensor_t *piece)
{
    hb_tensor_t tensor;
    uint32_t bytes;
    if (!parse_tensor(&arguments, &tensor) || !hb_parse_unsigned(hb_token(&arguments), offset) ||
        !hb_parse_unsigned(hb_token(&arguments), &bytes)) {
        hb_print("e-[Command '%s' needs: out, in I or a bank, and OFFSET LENGTH]\n", command);
        return false;
    }
    if (!hb_within(&tensor, *offset, bytes, most)) {
        hb_print("e-[A frame is 1 to %u bytes within the tensor's %u]\n", most, tensor.bytes);
        return false;
    }
    *piece = (hb_tensor_t){tensor.data + *offset, bytes};
    return true;
}

void hb_command_read(char *arguments)
{
    hb_tensor_t piece;
    uint32_t offset;
    if (!parse_piece("read", arguments, FRAME_BYTES, &offset, &piece))
        return;
    hb_print("m-frame-[%u %u %x ", offset, piece.bytes, hb_crc32(piece.data, piece.bytes));
    for (uint32_t n = 0; n < piece.bytes; ++n)
        hb_print("%b", piece.data[n]);
    hb_print("]\n");
}

void hb_command_send(char *arguments)
{
    hb_tensor_t piece;
    uint32_t offset;
    if (!parse_piece("send", arguments, HB_LONGEST_FRAME, &offset, &piece))
        return;
    hb_print("m-tensor-[%u %u %x]%C\n", offset, piece.bytes, hb_crc32(piece.data, piece.bytes));
    hb_send_frame(piece.data, piece.bytes);
}

/* Number of bytes decoded, 0 when the digits are not a frame. */
static uint32_t decode(const char *digits, uint8_t *bytes)
{
    uint32_t count = 0;
    for (; *digits; digits += 2) {
        const int high = hb_hex_digit(digits[0]);
        const int low = high < 0 ? -1 : hb_hex_digit(digits[1]);
        if (low < 0 || count == HB_FRAME_BYTES)
            return 0;
        bytes[count++] = (uint8_t)(high << 4 | low);
    }
    return count;
}

void hb_command_write(char *arguments)
{
    static uint8_t frame[HB_FRAME_BYTES];
    hb_tensor_t tensor;
    uint32_t offset;
    uint32_t crc;
    if (!hb_equal(hb_token(&arguments), "in") || !parse_input(&arguments, &tensor) ||
        !hb_parse_unsigned(hb_token(&arguments), &offset)) {
        hb_print("e-[Command 'write' needs: in I OFFSET HEX.. CRC]\n");
        return;
    }
    const uint32_t bytes = decode(hb_token(&arguments), frame);
    if (bytes == 0 || !hb_parse_hex32(hb_token(&arguments), &crc) || crc != hb_crc32(frame, bytes)) {
        hb_print("e-[CRC]\n");
        return;
    }
    if (!hb_within(&tensor, offset, bytes, FRAME_BYTES)) {
        hb_print("e-[A frame is 1 to %u bytes within the tensor's %u]\n", (uint32_t)FRAME_BYTES, tensor.bytes);
        return;
    }
    for (uint32_t n = 0; n < bytes; ++n)
        tensor.data[offset + n] = frame[n];
    hb_input_written();
    hb_print("m-written-[%u]\n", bytes);
}
