/* Source: RM0410, 4.1.4 (over-drive), 5.2 (clocks), table 7 (flash wait states). */
#include <stddef.h>

#include "board_config.h"
#include "chip.h"
#include "clock.h"
#include "hse.h"

#define MOST_WITHOUT_OVER_DRIVE_HZ 180000000

#if BOARD_CLOCK_HSE
#define PLL_SOURCE RCC_PLLCFGR_PLLSRC_HSE
static const char *start_source(void)
{
    return stm32_start_hse();
}
#else
#define PLL_SOURCE 0u /* HSI */
static const char *start_source(void)
{
    RCC_CR |= RCC_CR_HSION;
    return stm32_is_set(&RCC_CR, RCC_CR_HSIRDY) ? NULL : "The internal oscillator (HSI) did not start";
}
#endif

/* source / prescaler * multiplier / divider; Q and R drive nothing, but 0 and 1 are forbidden. */
static const char *start_pll(void)
{
    RCC_PLLCFGR = PLL_SOURCE | RCC_PLLCFGR_PLLM(BOARD_PLL_PRESCALER) | RCC_PLLCFGR_PLLN(BOARD_PLL_MULTIPLIER) |
                  RCC_PLLCFGR_PLLP(BOARD_PLL_DIVIDER) | RCC_PLLCFGR_PLLQ(9u) | RCC_PLLCFGR_PLLR(7u);
    RCC_CR |= RCC_CR_PLLON;
    if (!stm32_is_set(&RCC_CR, RCC_CR_PLLRDY))
        return "The PLL did not lock";
    return NULL;
}

/* Above 180 MHz the regulator needs over-drive, which is switched on while the PLL runs but does not yet drive. */
static const char *raise_voltage(void)
{
    if (CORE_HZ <= MOST_WITHOUT_OVER_DRIVE_HZ)
        return NULL;
    PWR_CR1 |= PWR_CR1_ODEN;
    if (!stm32_is_set(&PWR_CSR1, PWR_CSR1_ODRDY))
        return "The regulator's over-drive did not become ready";
    PWR_CR1 |= PWR_CR1_ODSWEN;
    if (!stm32_is_set(&PWR_CSR1, PWR_CSR1_ODSWRDY))
        return "The regulator did not switch to over-drive";
    return NULL;
}

/* AHB as the core, at most 216 MHz; APB1 a quarter, APB2 half of it. Wait states before the faster clock. */
static const char *switch_to_pll(void)
{
    FLASH_ACR = BOARD_WAIT_STATES | FLASH_ACR_PRFTEN | FLASH_ACR_ARTEN;
    if (!stm32_becomes(&FLASH_ACR, FLASH_ACR_LATENCY_MASK, BOARD_WAIT_STATES))
        return "The flash did not take its wait states";
    RCC_CFGR = RCC_CFGR_PPRE1_DIV4 | RCC_CFGR_PPRE2_DIV2;
    RCC_CFGR |= RCC_CFGR_SW_PLL;
    if (!stm32_becomes(&RCC_CFGR, RCC_CFGR_SWS_MASK, RCC_CFGR_SWS_PLL))
        return "The core did not switch to the PLL";
    return NULL;
}

const char *clock_start(void)
{
    stm32_clock_on(&RCC_APB1ENR, RCC_APB1ENR_PWREN);
    PWR_CR1 = (PWR_CR1 & ~PWR_CR1_VOS_MASK) | PWR_CR1_VOS_SCALE(BOARD_VOLTAGE); /* takes effect with the PLL */
    const char *failure = start_source();
    if (!failure)
        failure = start_pll();
    if (!failure)
        failure = raise_voltage();
    if (!failure)
        failure = switch_to_pll();
    return failure;
}
