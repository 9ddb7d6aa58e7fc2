/* Source: RM0433, 6.6.2 (voltage scaling to VOS0), 8.5 (clocks), table 17 (flash wait states). */
#include <stddef.h>

#include "chip.h"
#include "clock.h"

/* The highest core voltage, VOS0, is VOS1 with overdrive. */
static const char *raise_voltage(void)
{
    PWR_CR3 = (PWR_CR3 & ~PWR_CR3_SCUEN) | PWR_CR3_LDOEN;
    if (!stm32_is_set(&PWR_CSR1, PWR_CSR1_ACTVOSRDY))
        return "The LDO regulator did not become ready";
    PWR_D3CR |= PWR_D3CR_VOS_SCALE1;
    if (!stm32_is_set(&PWR_D3CR, PWR_D3CR_VOSRDY))
        return "The core voltage did not reach VOS1";
    stm32_clock_on(&RCC_APB4ENR, RCC_APB4ENR_SYSCFGEN);
    SYSCFG_PWRCR |= SYSCFG_PWRCR_ODEN;
    if (!stm32_is_set(&PWR_D3CR, PWR_D3CR_VOSRDY))
        return "The core voltage did not reach VOS0";
    return NULL;
}

/* 8 MHz / 1 * 120 / 2 = 480 MHz. */
static const char *start_pll(void)
{
    RCC_CR |= RCC_CR_HSEBYP;
    RCC_CR |= RCC_CR_HSEON;
    if (!stm32_is_set(&RCC_CR, RCC_CR_HSERDY))
        return "The 8 MHz clock from the ST-Link (HSE) did not start";
    RCC_PLLCKSELR = RCC_PLLCKSELR_PLLSRC_HSE | RCC_PLLCKSELR_DIVM1(1u);
    RCC_PLLCFGR = RCC_PLLCFGR_PLL1RGE_8_16_MHZ | RCC_PLLCFGR_DIVP1EN;
    RCC_PLL1DIVR = RCC_PLL1DIVR_N1(120u) | RCC_PLL1DIVR_P1(2u);
    RCC_CR |= RCC_CR_PLL1ON;
    if (!stm32_is_set(&RCC_CR, RCC_CR_PLL1RDY))
        return "PLL1 did not lock";
    return NULL;
}

/* Core 480, AXI and AHB 240, APB 120 MHz; dividers and wait states before the faster clock. */
static const char *switch_to_pll(void)
{
    RCC_D1CFGR = RCC_D1CFGR_HPRE_DIV2 | RCC_D1CFGR_D1PPRE_DIV2;
    RCC_D2CFGR = RCC_D2CFGR_D2PPRE1_DIV2 | RCC_D2CFGR_D2PPRE2_DIV2;
    RCC_D3CFGR = RCC_D3CFGR_D3PPRE_DIV2;
    FLASH_ACR = FLASH_ACR_LATENCY_4WS | FLASH_ACR_WRHIGHFREQ_2;
    if (!stm32_becomes(&FLASH_ACR, FLASH_ACR_LATENCY_MASK, FLASH_ACR_LATENCY_4WS))
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
        failure = start_pll();
    if (!failure)
        failure = switch_to_pll();
    stm32_clock_on(&RCC_AHB2ENR, RCC_AHB2ENR_SRAM123EN); /* for tensors of networks */
    return failure;
}
