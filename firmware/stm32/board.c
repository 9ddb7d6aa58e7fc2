/* An STM32 board: start-up, trigger pin. What differs between boards is in their `port.h`. */
#include "board.h"
#include "cache.h"
#include "clock.h"
#include "port.h"

enum { CONSOLE_BAUD = 115200 };

static void trigger_start(void)
{
    stm32_clock_on(&TRIGGER_CLOCK, TRIGGER_CLOCK_ON);
    hb_trigger_high();
    stm32_pin_output(TRIGGER_PORT, TRIGGER_PIN);
}

const char *hb_board_start(void)
{
    hb_serial_start(CONSOLE_BAUD);
    trigger_start();
    const char *const failure = clock_start();
    hb_caches_enable();
    return failure;
}

uint32_t hb_board_clock_hz(void)
{
    return CORE_HZ;
}

uint32_t hb_board_flash_wait_states(void)
{
    return FLASH_ACR & FLASH_ACR_LATENCY_MASK;
}

void hb_trigger_high(void)
{
    stm32_pin_high(TRIGGER_PORT, TRIGGER_PIN);
}

void hb_trigger_low(void)
{
    stm32_pin_low(TRIGGER_PORT, TRIGGER_PIN);
}
