/* Source: RM0351, 5.1.8 (voltage Range 1), 6.2 (clocks), table 11 (flash wait states). */
#include <stddef.h>

#include "chip.h"
#include "clock.h"

/* Range 1, the only one that goes above 26 MHz. */
static const char *raise_voltage(void)
{
    stm32_clock_on(&RCC_APB1ENR1, RCC_APB1ENR1_PWREN);
    PWR_CR1 = (PWR_CR1 & ~PWR_CR1_VOS_MASK) | PWR_CR1_VOS_RANGE1;
    if (!stm32_becomes(&PWR_SR2, PWR_SR2_VOSF, 0))
        return "The core voltage did not reach Range 1";
    return NULL;
}

/* 4 MHz / 1 * 40 / 2 = 80 MHz. */
static const char *start_pll(void)
{
    if (!stm32_is_set(&RCC_CR, RCC_CR_MSIRDY))
        return "The internal oscillator (MSI) did not start";
    RCC_CR = (RCC_CR & ~RCC_CR_MSIRANGE_MASK) | RCC_CR_MSIRANGE_4_MHZ | RCC_CR_MSIRGSEL;
    RCC_PLLCFGR = RCC_PLLCFGR_PLLSRC_MSI | RCC_PLLCFGR_PLLM(1u) | RCC_PLLCFGR_PLLN(40u) | RCC_PLLCFGR_PLLR_DIV2;
    RCC_CR |= RCC_CR_PLLON;
    RCC_PLLCFGR |= RCC_PLLCFGR_PLLREN;
    if (!stm32_is_set(&RCC_CR, RCC_CR_PLLRDY))
        return "The PLL did not lock";
    return NULL;
}

/* Wait states before the faster clock. */
static const char *switch_to_pll(void)
{
    FLASH_ACR = FLASH_ACR_LATENCY_4WS | FLASH_ACR_PRFTEN | FLASH_ACR_ICEN | FLASH_ACR_DCEN;
    if (!stm32_becomes(&FLASH_ACR, FLASH_ACR_LATENCY_MASK, FLASH_ACR_LATENCY_4WS))
        return "The flash did not take its wait states";
    RCC_CFGR = RCC_CFGR_SW_PLL;
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
