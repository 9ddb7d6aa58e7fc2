#include "cobs.h"

enum { LONGEST_RUN = 254 /* bytes of a block, the last of whose codes stands for no zero */ };

bool hb_cobs_feed(hb_cobs_t *cobs, uint8_t coded, uint8_t delimiter, uint8_t *byte)
{
    const uint8_t value = coded ^ delimiter;
    if (cobs->left > 0) {
        --cobs->left;
        *byte = value;
        return true;
    }
    const bool zero = cobs->zero;
    cobs->left = (uint8_t)(value - 1u);
    cobs->zero = value <= LONGEST_RUN;
    *byte = 0;
    return zero;
}

void hb_cobs_encode(const uint8_t *data, uint32_t bytes, uint8_t delimiter, void (*put)(char byte))
{
    for (;;) {
        uint32_t run = 0;
        while (run < bytes && run < LONGEST_RUN && data[run])
            ++run;
        put((char)((run + 1u) ^ delimiter));
        for (uint32_t n = 0; n < run; ++n)
            put((char)(data[n] ^ delimiter));
        if (run == bytes)
            return;
        const uint32_t taken = run < LONGEST_RUN ? run + 1u : run; /* the zero behind a shorter block is in its code */
        data += taken;
        bytes -= taken;
    }
}
