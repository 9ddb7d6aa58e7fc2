/* Source: RM0433, 6.6.2 (voltage scaling to VOS0), 8.5 (clocks), table 17 (flash wait states). */
#include <stddef.h>

#include "board_config.h"
#include "chip.h"
#include "clock.h"
#include "hse.h"

/* The scale that the clock needs; the highest, VOS0, is VOS1 with overdrive. After reset it is VOS3. */
static const char *raise_voltage(void)
{
    PWR_CR3 = (PWR_CR3 & ~PWR_CR3_SCUEN) | PWR_CR3_LDOEN;
    if (!stm32_is_set(&PWR_CSR1, PWR_CSR1_ACTVOSRDY))
        return "The LDO regulator did not become ready";
    PWR_D3CR = (PWR_D3CR & ~PWR_D3CR_VOS_MASK) | PWR_D3CR_VOS_SCALE(BOARD_VOLTAGE ? BOARD_VOLTAGE : 1);
    if (!stm32_is_set(&PWR_D3CR, PWR_D3CR_VOSRDY))
        return "The core voltage did not settle";
#if BOARD_VOLTAGE == 0
    stm32_clock_on(&RCC_APB4ENR, RCC_APB4ENR_SYSCFGEN);
    SYSCFG_PWRCR |= SYSCFG_PWRCR_ODEN;
    if (!stm32_is_set(&PWR_D3CR, PWR_D3CR_VOSRDY))
        return "The core voltage did not reach VOS0";
#endif
    return NULL;
}

#if BOARD_CLOCK_HSE
#define PLL_SOURCE RCC_PLLCKSELR_PLLSRC_HSE
static const char *start_source(void)
{
    return stm32_start_hse();
}
#else
#define PLL_SOURCE RCC_PLLCKSELR_PLLSRC_HSI
static const char *start_source(void)
{
    return NULL; /* HSI runs since reset */
}
#endif

enum {
    REFERENCE_RANGE = BOARD_PLL_REFERENCE_HZ >= 8000000 ? 3 : BOARD_PLL_REFERENCE_HZ >= 4000000 ? 2 : 1,
};

/* source / prescaler * multiplier / divider. */
static const char *start_pll(void)
{
    RCC_PLLCKSELR = PLL_SOURCE | RCC_PLLCKSELR_DIVM1(BOARD_PLL_PRESCALER);
    RCC_PLLCFGR = RCC_PLLCFGR_PLL1RGE(REFERENCE_RANGE) | RCC_PLLCFGR_DIVP1EN;
    RCC_PLL1DIVR = RCC_PLL1DIVR_N1(BOARD_PLL_MULTIPLIER) | RCC_PLL1DIVR_P1(BOARD_PLL_DIVIDER);
    RCC_CR |= RCC_CR_PLL1ON;
    if (!stm32_is_set(&RCC_CR, RCC_CR_PLL1RDY))
        return "PLL1 did not lock";
    return NULL;
}

/* AXI and AHB at half the core's clock, APB at a quarter; dividers and wait states before the faster clock. */
static const char *switch_to_pll(void)
{
    RCC_D1CFGR = RCC_D1CFGR_HPRE_DIV2 | RCC_D1CFGR_D1PPRE_DIV2;
    RCC_D2CFGR = RCC_D2CFGR_D2PPRE1_DIV2 | RCC_D2CFGR_D2PPRE2_DIV2;
    RCC_D3CFGR = RCC_D3CFGR_D3PPRE_DIV2;
    FLASH_ACR = BOARD_WAIT_STATES | FLASH_ACR_WRHIGHFREQ(BOARD_WAIT_STATES < 2u ? BOARD_WAIT_STATES : 2u);
    if (!stm32_becomes(&FLASH_ACR, FLASH_ACR_LATENCY_MASK, BOARD_WAIT_STATES))
        return "The flash did not take its wait states";
    RCC_CFGR = RCC_CFGR_SW_PLL1;
    if (!stm32_becomes(&RCC_CFGR, RCC_CFGR_SWS_MASK, RCC_CFGR_SWS_PLL1))
        return "The core did not switch to PLL1";
    return NULL;
}

const char *clock_start(void)
{
    const char *failure = raise_voltage();
    if (!failure)
        failure = start_source();
    if (!failure)
        failure = start_pll();
    if (!failure)
        failure = switch_to_pll();
    stm32_clock_on(&RCC_AHB2ENR, RCC_AHB2ENR_SRAM123EN); /* for tensors of networks */
    return failure;
}
