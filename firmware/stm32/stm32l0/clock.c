/* Source: RM0377, 6.1.4 (voltage ranges), 7.2 (clocks), table 13 (flash wait states). */
#include <stddef.h>

#include "chip.h"
#include "clock.h"

/* More than 16 MHz need range 1: a core voltage of 1.8 V. */
static const char *raise_voltage(void)
{
    RCC_APB1ENR |= RCC_APB1ENR_PWREN;
    if (!stm32_becomes(&PWR_CSR, PWR_CSR_VOSF, 0))
        return "The regulator was not ready";
    PWR_CR = (PWR_CR & ~PWR_CR_VOS_MASK) | PWR_CR_VOS_RANGE_1;
    if (!stm32_becomes(&PWR_CSR, PWR_CSR_VOSF, 0))
        return "The core voltage did not reach range 1";
    return NULL;
}

/* 16 MHz * 4 / 2 = 32 MHz. */
static const char *start_pll(void)
{
    RCC_CR |= RCC_CR_HSI16ON;
    if (!stm32_is_set(&RCC_CR, RCC_CR_HSI16RDYF))
        return "The 16 MHz oscillator (HSI16) did not start";
    RCC_CFGR = RCC_CFGR_PLLMUL_4 | RCC_CFGR_PLLDIV_2;
    RCC_CR |= RCC_CR_PLLON;
    if (!stm32_is_set(&RCC_CR, RCC_CR_PLLRDY))
        return "The PLL did not lock";
    return NULL;
}

/* Core, AHB and APB at 32 MHz; the wait state before the faster clock. */
static const char *switch_to_pll(void)
{
    FLASH_ACR |= FLASH_ACR_LATENCY_1WS | FLASH_ACR_PRFTEN;
    if (!stm32_is_set(&FLASH_ACR, FLASH_ACR_LATENCY_1WS))
        return "The flash did not take its wait state";
    RCC_CFGR |= RCC_CFGR_SW_PLL;
    if (!stm32_becomes(&RCC_CFGR, RCC_CFGR_SWS_MASK, RCC_CFGR_SWS_PLL))
        return "The core did not switch to the PLL";
    return NULL;
}

const char *clock_start(void)
{
    const char *failure = raise_voltage();
    if (!failure)
        failure = start_pll();
    if (!failure)
        failure = switch_to_pll();
    return failure;
}
