/* Who the chip is, read where the family's `chip.h` says. */
#include "board.h"
#include "chip.h"
#include "cortex_m.h"

uint32_t hb_board_chip_id(void)
{
    return HB_REGISTER(CHIP_ID);
}

const uint8_t *hb_board_unique_id(void)
{
    static const uint32_t words[] = UNIQUE_ID_WORDS;
    static uint32_t id[HB_UNIQUE_ID_BYTES / sizeof(uint32_t)];
    for (uint32_t word = 0; word < HB_UNIQUE_ID_BYTES / sizeof(uint32_t); ++word)
        id[word] = HB_REGISTER(words[word]);
    return (const uint8_t *)id;
}
