/* B-L475E-IOT01A: start-up, trigger pin, identity. Source: RM0351; UM2153 for the board's pins. */
#include "board.h"
#include "clock.h"
#include "stm32l475.h"

enum { CONSOLE_BAUD = 115200 };

/* Arduino D8 = PB2. */
enum { TRIGGER_PIN = 2 };

static void trigger_start(void)
{
    RCC_AHB2ENR |= RCC_AHB2ENR_GPIOBEN;
    (void)RCC_AHB2ENR; /* the clock runs two cycles after the write: wait for it */
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
    return DBGMCU_IDCODE;
}

uint32_t hb_board_flash_wait_states(void)
{
    return FLASH_ACR & FLASH_ACR_LATENCY_MASK;
}

const uint8_t *hb_board_unique_id(void)
{
    return (const uint8_t *)UNIQUE_ID;
}

void hb_trigger_high(void)
{
    stm32_pin_high(GPIOB, TRIGGER_PIN);
}

void hb_trigger_low(void)
{
    stm32_pin_low(GPIOB, TRIGGER_PIN);
}
