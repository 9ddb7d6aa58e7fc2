/* CRC-32 of IEEE 802.3 (reflected polynomial 0xEDB88320), as zlib's. */
#ifndef HILBENCH_CRC32_H
#define HILBENCH_CRC32_H

#include <stdint.h>

uint32_t hb_crc32(const uint8_t *data, uint32_t bytes);

/* The checksum of what `crc` is of, with one byte more; 0 is that of nothing. */
uint32_t hb_crc32_append(uint32_t crc, uint8_t byte);

#endif
