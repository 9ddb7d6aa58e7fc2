/* CRC-32 of IEEE 802.3 (reflected polynomial 0xEDB88320), as zlib's. */
#ifndef HILBENCH_CRC32_H
#define HILBENCH_CRC32_H

#include <stdint.h>

uint32_t hb_crc32(const uint8_t *data, uint32_t bytes);

#endif
