/* Source: RM0351, 5.1.8 (voltage ranges), 6.2 (clocks), table 11 (flash wait states). */
#include <stddef.h>

#include "board_config.h"
#include "chip.h"
#include "clock.h"
#include "hse.h"

/* Range 1, the only one that goes above 26 MHz, or Range 2. */
static const char *choose_voltage(void)
{
    stm32_clock_on(&RCC_APB1ENR1, RCC_APB1ENR1_PWREN);
    PWR_CR1 = (PWR_CR1 & ~PWR_CR1_VOS_MASK) | PWR_CR1_VOS_RANGE(BOARD_VOLTAGE);
    if (!stm32_becomes(&PWR_SR2, PWR_SR2_VOSF, 0))
        return "The core voltage did not reach its range";
    return NULL;
}

#if BOARD_CLOCK_HSE
#define PLL_SOURCE RCC_PLLCFGR_PLLSRC_HSE
static const char *start_source(void)
{
    return stm32_start_hse();
}
#elif BOARD_CLOCK_HSI
#define PLL_SOURCE RCC_PLLCFGR_PLLSRC_HSI16
static const char *start_source(void)
{
    RCC_CR |= RCC_CR_HSION;
    return stm32_is_set(&RCC_CR, RCC_CR_HSIRDY) ? NULL : "The internal oscillator (HSI16) did not start";
}
#else
#define PLL_SOURCE RCC_PLLCFGR_PLLSRC_MSI
static const char *start_source(void)
{
    if (!stm32_is_set(&RCC_CR, RCC_CR_MSIRDY))
        return "The internal oscillator (MSI) did not start";
    RCC_CR = (RCC_CR & ~RCC_CR_MSIRANGE_MASK) | RCC_CR_MSIRANGE_4_MHZ | RCC_CR_MSIRGSEL;
    return NULL;
}
#endif

/* source / prescaler * multiplier / divider. */
static const char *start_pll(void)
{
    RCC_PLLCFGR = PLL_SOURCE | RCC_PLLCFGR_PLLM(BOARD_PLL_PRESCALER) | RCC_PLLCFGR_PLLN(BOARD_PLL_MULTIPLIER)
                  | RCC_PLLCFGR_PLLR(BOARD_PLL_DIVIDER);
    RCC_CR |= RCC_CR_PLLON;
    RCC_PLLCFGR |= RCC_PLLCFGR_PLLREN;
    if (!stm32_is_set(&RCC_CR, RCC_CR_PLLRDY))
        return "The PLL did not lock";
    return NULL;
}

/* Wait states before the faster clock. */
static const char *switch_to_pll(void)
{
    FLASH_ACR = BOARD_WAIT_STATES | FLASH_ACR_PRFTEN | FLASH_ACR_ICEN | FLASH_ACR_DCEN;
    if (!stm32_becomes(&FLASH_ACR, FLASH_ACR_LATENCY_MASK, BOARD_WAIT_STATES))
        return "The flash did not take its wait states";
    RCC_CFGR = RCC_CFGR_SW_PLL;
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
