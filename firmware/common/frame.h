/* Tensors in binary frames, both ways. */
#ifndef HILBENCH_FRAME_H
#define HILBENCH_FRAME_H

#include "selected.h"

enum {
    HB_FRAME_BEGIN = 0x02, /* first byte of a frame; no command begins so */
    HB_LONGEST_FRAME = 4096
};

/* Receive a frame whose first byte has been read, up to its end, and answer it. Its bytes go straight to their places. */
void hb_receive_frame(void);

/* Send bytes of memory as a line of the answer. */
void hb_send_frame(const uint8_t *data, uint32_t bytes);

#endif
