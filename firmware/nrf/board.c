/* A Nordic development kit: start-up, trigger pin. */
#include "board.h"
#include "cache.h"
#include "clock.h"
#include "nrf.h"

enum { CONSOLE_BAUD = 115200 };

static void trigger_start(void)
{
    hb_trigger_high();
    GPIO_PIN_CNF(TRIGGER_PORT, TRIGGER_PIN) = GPIO_PIN_OUTPUT;
}

static void keep_debug_port_open(void)
{
#ifdef APPROTECT_DISABLE
    HB_REGISTER(APPROTECT_DISABLE) = 0x5Au;
#endif
}

const char *hb_board_start(void)
{
    keep_debug_port_open();
    hb_serial_start(CONSOLE_BAUD);
    trigger_start();
    REGULATOR_DCDCEN = 1;
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
    return FLASH_WAIT_STATES;
}

void hb_trigger_high(void)
{
    GPIO_OUTSET(TRIGGER_PORT) = 1u << TRIGGER_PIN;
}

void hb_trigger_low(void)
{
    GPIO_OUTCLR(TRIGGER_PORT) = 1u << TRIGGER_PIN;
}
