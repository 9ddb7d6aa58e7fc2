/* Source: RM0410, 4.1.4 (over-drive), 5.2 (clocks), table 7 (flash wait states). */
#include <stddef.h>

#include "chip.h"
#include "clock.h"

/* 8 MHz / 4 * 216 / 2 = 216 MHz; Q and R drive nothing, but 0 and 1 are forbidden. */
static const char *start_pll(void)
{
    RCC_CR |= RCC_CR_HSEBYP;
    RCC_CR |= RCC_CR_HSEON;
    if (!stm32_is_set(&RCC_CR, RCC_CR_HSERDY))
        return "The 8 MHz clock from the ST-Link (HSE) did not start";
    RCC_PLLCFGR = RCC_PLLCFGR_PLLSRC_HSE | RCC_PLLCFGR_PLLM(4u) | RCC_PLLCFGR_PLLN(216u) | RCC_PLLCFGR_PLLP_DIV2 |
                  RCC_PLLCFGR_PLLQ(9u) | RCC_PLLCFGR_PLLR(7u);
    RCC_CR |= RCC_CR_PLLON;
    if (!stm32_is_set(&RCC_CR, RCC_CR_PLLRDY))
        return "The PLL did not lock";
    return NULL;
}

/* Above 180 MHz the regulator needs over-drive, which is switched on while the PLL runs but does not yet drive. */
static const char *raise_voltage(void)
{
    PWR_CR1 |= PWR_CR1_ODEN;
    if (!stm32_is_set(&PWR_CSR1, PWR_CSR1_ODRDY))
        return "The regulator's over-drive did not become ready";
    PWR_CR1 |= PWR_CR1_ODSWEN;
    if (!stm32_is_set(&PWR_CSR1, PWR_CSR1_ODSWRDY))
        return "The regulator did not switch to over-drive";
    return NULL;
}

/* Core and AHB 216, APB1 54, APB2 108 MHz; wait states before the faster clock. */
static const char *switch_to_pll(void)
{
    FLASH_ACR = FLASH_ACR_LATENCY_7WS | FLASH_ACR_PRFTEN | FLASH_ACR_ARTEN;
    if (!stm32_becomes(&FLASH_ACR, FLASH_ACR_LATENCY_MASK, FLASH_ACR_LATENCY_7WS))
        return "The flash did not take its wait states";
    RCC_CFGR = RCC_CFGR_PPRE1_DIV4 | RCC_CFGR_PPRE2_DIV2;
    RCC_CFGR |= RCC_CFGR_SW_PLL;
    if (!stm32_is_set(&RCC_CFGR, RCC_CFGR_SWS_PLL))
        return "The core did not switch to the PLL";
    return NULL;
}

const char *clock_start(void)
{
    stm32_clock_on(&RCC_APB1ENR, RCC_APB1ENR_PWREN);
    PWR_CR1 |= PWR_CR1_VOS_SCALE1; /* takes effect with the PLL */
    const char *failure = start_pll();
    if (!failure)
        failure = raise_voltage();
    if (!failure)
        failure = switch_to_pll();
    return failure;
}
