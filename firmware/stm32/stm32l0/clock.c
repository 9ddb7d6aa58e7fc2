/* Source: RM0377, 6.1.4 (voltage ranges), 7.2 (clocks), table 13 (flash wait states). */
#include <stddef.h>

#include "board_config.h"
#include "chip.h"
#include "clock.h"
#include "hse.h"

/* More than 16 MHz need range 1, a core voltage of 1.8 V; range 2 is that after reset. */
static const char *choose_voltage(void)
{
    RCC_APB1ENR |= RCC_APB1ENR_PWREN;
    if (!stm32_becomes(&PWR_CSR, PWR_CSR_VOSF, 0))
        return "The regulator was not ready";
    PWR_CR = (PWR_CR & ~PWR_CR_VOS_MASK) | PWR_CR_VOS_RANGE(BOARD_VOLTAGE);
    if (!stm32_becomes(&PWR_CSR, PWR_CSR_VOSF, 0))
        return "The core voltage did not reach its range";
    return NULL;
}

#if BOARD_CLOCK_HSE
#define PLL_SOURCE RCC_CFGR_PLLSRC_HSE
static const char *start_source(void)
{
    return stm32_start_hse();
}
#else
#define PLL_SOURCE 0u /* HSI16 */
static const char *start_source(void)
{
    RCC_CR |= RCC_CR_HSI16ON;
    return stm32_is_set(&RCC_CR, RCC_CR_HSI16RDYF) ? NULL : "The 16 MHz oscillator (HSI16) did not start";
}
#endif

/* source * multiplier / divider. */
static const char *start_pll(void)
{
    RCC_CFGR = PLL_SOURCE | RCC_CFGR_PLLMUL(BOARD_PLL_MULTIPLIER) | RCC_CFGR_PLLDIV(BOARD_PLL_DIVIDER);
    RCC_CR |= RCC_CR_PLLON;
    if (!stm32_is_set(&RCC_CR, RCC_CR_PLLRDY))
        return "The PLL did not lock";
    return NULL;
}

/* Core, AHB and APB alike; the wait state before the faster clock. */
static const char *switch_to_pll(void)
{
    FLASH_ACR |= BOARD_WAIT_STATES | FLASH_ACR_PRFTEN;
    if (!stm32_becomes(&FLASH_ACR, FLASH_ACR_LATENCY_MASK, BOARD_WAIT_STATES))
        return "The flash did not take its wait state";
    RCC_CFGR |= RCC_CFGR_SW_PLL;
    if (!stm32_becomes(&RCC_CFGR, RCC_CFGR_SWS_MASK, RCC_CFGR_SWS_PLL))
        return "The core did not switch to the PLL";
    return NULL;
}

const char *clock_start(void)
{
    const char *failure = choose_voltage();
    if (!failure)
        failure = start_source();
    if (!failure)
        failure = start_pll();
    if (!failure)
        failure = switch_to_pll();
    return failure;
}
