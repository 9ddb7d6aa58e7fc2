/* Tensors in frames: at most 256 bytes, each with its checksum, so that either side can ask again. */
#include "capacity.h"
#include "commands.h"
#include "console.h"
#include "crc32.h"
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

/* `out`, or `in I`; false when the words name no tensor of the selected workload. */
static bool parse_tensor(char **arguments, hb_tensor_t *tensor)
{
    const char *const side = hb_token(arguments);
    *tensor = hb_output();
    return hb_equal(side, "out") || (hb_equal(side, "in") && parse_input(arguments, tensor));
}

static bool within(const hb_tensor_t *tensor, uint32_t offset, uint32_t bytes)
{
    return bytes > 0 && bytes <= FRAME_BYTES && offset < tensor->bytes && bytes <= tensor->bytes - offset;
}

void hb_command_read(char *arguments)
{
    hb_tensor_t tensor;
    uint32_t offset;
    uint32_t bytes;
    if (!parse_tensor(&arguments, &tensor) || !hb_parse_unsigned(hb_token(&arguments), &offset) ||
        !hb_parse_unsigned(hb_token(&arguments), &bytes)) {
        hb_print("e-[Command 'read' needs: out OFFSET LENGTH, or in I OFFSET LENGTH]\n");
        return;
    }
    if (!within(&tensor, offset, bytes)) {
        hb_print("e-[A frame is 1 to %u bytes within the tensor's %u]\n", (uint32_t)FRAME_BYTES, tensor.bytes);
        return;
    }
    hb_print("m-frame-[%u %u %x ", offset, bytes, hb_crc32(tensor.data + offset, bytes));
    for (uint32_t n = 0; n < bytes; ++n)
        hb_print("%b", tensor.data[offset + n]);
    hb_print("]\n");
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
    if (!within(&tensor, offset, bytes)) {
        hb_print("e-[A frame is 1 to %u bytes within the tensor's %u]\n", (uint32_t)FRAME_BYTES, tensor.bytes);
        return;
    }
    for (uint32_t n = 0; n < bytes; ++n)
        tensor.data[offset + n] = frame[n];
    hb_input_written();
    hb_print("m-written-[%u]\n", bytes);
}
