/* NUCLEO-H743ZI2: start-up, trigger pin, identity. Source: RM0433; UM2407 for the board's pins. */
#include "board.h"
#include "cache.h"
#include "clock.h"
#include "stm32h743.h"

enum { CONSOLE_BAUD = 115200 };

/* Arduino D8 = PF3. */
enum { TRIGGER_PIN = 3 };

static void trigger_start(void)
{
    RCC_AHB4ENR |= RCC_AHB4ENR_GPIOFEN;
    (void)RCC_AHB4ENR; /* the clock runs two cycles after the write: wait for it */
    hb_trigger_high();
    stm32_pin_output(GPIOF, TRIGGER_PIN);
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

uint32_t hb_board_chip_id(void)
{
    return DBGMCU_IDC;
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
    stm32_pin_high(GPIOF, TRIGGER_PIN);
}

void hb_trigger_low(void)
{
    stm32_pin_low(GPIOF, TRIGGER_PIN);
}
