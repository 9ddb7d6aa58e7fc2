#include "board.h"
#include "cobs.h"
#include "commands.h"
#include "console.h"
#include "crc32.h"
#include "frame.h"

/* Bytes that no coded frame contains. */
enum { END_FROM_HOST = '%', END_TO_HOST = '\n' };

/* Input (1 byte), a zero, length (2), offset (4), CRC-32 of these eight (4). Little endian, as CRC-32 behind the bytes. */
enum { HEADER_CHECKED = 8, HEADER_BYTES = 12, CRC_BYTES = 4 };

typedef struct {
    uint8_t header[HEADER_BYTES];
    uint32_t taken;      /* bytes so far */
    hb_tensor_t place;   /* of the frame's bytes; none where the header is damaged or names no place */
    uint32_t crc;        /* of the bytes so far */
    uint32_t stated_crc;
    bool misplaced;      /* the header is whole, yet names no place in an input */
} frame_t;

static uint32_t word(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static uint32_t length(const frame_t *frame)
{
    return word(frame->header) >> 16;
}

static uint32_t offset(const frame_t *frame)
{
    return word(frame->header + 4);
}

/* Find the place of a frame whose header is there. */
static void open(frame_t *frame)
{
    if (word(frame->header + HEADER_CHECKED) != hb_crc32(frame->header, HEADER_CHECKED))
        return;
    const hb_tensor_t input = hb_input(frame->header[0]);
    frame->misplaced = !hb_within(&input, offset(frame), length(frame), HB_LONGEST_FRAME);
    if (frame->misplaced)
        return;
    frame->place = (hb_tensor_t){input.data + offset(frame), length(frame)};
    hb_input_written();
}

static void take(frame_t *frame, uint8_t byte)
{
    const uint32_t position = frame->taken++;
    if (position < HEADER_BYTES) {
        frame->header[position] = byte;
        if (position == HEADER_BYTES - 1u)
            open(frame);
    } else if (position - HEADER_BYTES < frame->place.bytes) {
        frame->place.data[position - HEADER_BYTES] = byte;
        frame->crc = hb_crc32_append(frame->crc, byte);
    } else
        frame->stated_crc = frame->stated_crc >> 8 | (uint32_t)byte << 24;
}

static bool is_whole(const frame_t *frame)
{
    return frame->place.bytes > 0 && frame->taken == HEADER_BYTES + frame->place.bytes + CRC_BYTES &&
           frame->stated_crc == frame->crc;
}

void hb_receive_frame(void)
{
    hb_cobs_t cobs = {0};
    frame_t frame;
    frame.taken = frame.crc = 0;
    frame.place.bytes = 0;
    frame.misplaced = false;
    for (;;) {
        const uint8_t coded = (uint8_t)hb_serial_read();
        uint8_t byte;
        if (coded == END_FROM_HOST)
            break;
        if (hb_cobs_feed(&cobs, coded, END_FROM_HOST, &byte))
            take(&frame, byte);
    }
    if (cobs.left == 0 && is_whole(&frame))
        hb_print("m-received-[%u %u %u]%C\n", (uint32_t)frame.header[0], offset(&frame), length(&frame));
    else
        hb_print(frame.misplaced ? "e-[The frame names no place in an input]\n" : "e-[CRC]\n");
    hb_print("m-ready\n");
}

void hb_send_frame(const uint8_t *data, uint32_t bytes)
{
    hb_serial_write(HB_FRAME_BEGIN);
    hb_cobs_encode(data, bytes, END_TO_HOST, hb_serial_write);
    hb_serial_write(END_TO_HOST);
}
