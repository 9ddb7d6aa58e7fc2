/* NUCLEO-L031K6: start-up, trigger pin, identity. Source: RM0377; UM1956 for the board's pins. */
#include "board.h"
#include "clock.h"
#include "stm32l031.h"

enum { CONSOLE_BAUD = 115200 };

/* Arduino D3 = PB0. */
enum { TRIGGER_PIN = 0 };

static void trigger_start(void)
{
    RCC_IOPENR |= RCC_IOPENR_IOPBEN;
    (void)RCC_IOPENR; /* the clock runs two cycles after the write: wait for it */
    hb_trigger_high();
    stm32_pin_output(GPIOB, TRIGGER_PIN);
}

const char *hb_board_start(void)
{
    hb_serial_start(CONSOLE_BAUD);
    trigger_start();
    return clock_start();
}

uint32_t hb_board_clock_hz(void)
{
    return CORE_HZ;
}

uint32_t hb_board_chip_id(void)
{
    return DBG_IDCODE;
}

uint32_t hb_board_flash_wait_states(void)
{
    return FLASH_ACR & FLASH_ACR_LATENCY;
}

const uint8_t *hb_board_unique_id(void)
{
    static uint32_t id[HB_UNIQUE_ID_BYTES / sizeof(uint32_t)];
    id[0] = UNIQUE_ID_0;
    id[1] = UNIQUE_ID_1;
    id[2] = UNIQUE_ID_2;
    return (const uint8_t *)id;
}

void hb_trigger_high(void)
{
    stm32_pin_high(GPIOB, TRIGGER_PIN);
}

void hb_trigger_low(void)
{
    stm32_pin_low(GPIOB, TRIGGER_PIN);
}
