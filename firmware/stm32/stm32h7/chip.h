/* Registers of the STM32H743 that the firmware uses. Source: RM0433 Rev 8; section numbers beside each block. */
#ifndef HILBENCH_CHIP_H
#define HILBENCH_CHIP_H

#include "stm32.h"

/* Flash interface, 4.9 */
#define FLASH_ACR HB_REGISTER(0x52002000u)
#define FLASH_ACR_LATENCY_MASK 0xFu
#define FLASH_ACR_WRHIGHFREQ(delay) ((delay) << 4)

/* Power control, 6.8 */
#define PWR_CSR1 HB_REGISTER(0x58024804u)
#define PWR_CR3 HB_REGISTER(0x5802480Cu)
#define PWR_D3CR HB_REGISTER(0x58024818u)
#define PWR_CSR1_ACTVOSRDY (1u << 13)
#define PWR_CR3_LDOEN (1u << 1)
#define PWR_CR3_SCUEN (1u << 2)
#define PWR_D3CR_VOSRDY (1u << 13)
#define PWR_D3CR_VOS_MASK (3u << 14)
#define PWR_D3CR_VOS_SCALE(scale) ((4u - (scale)) << 14) /* 1 to 3 */

/* Reset and clock control, 8.7 */
#define RCC_CR HB_REGISTER(0x58024400u)
#define RCC_CFGR HB_REGISTER(0x58024410u)
#define RCC_D1CFGR HB_REGISTER(0x58024418u)
#define RCC_D2CFGR HB_REGISTER(0x5802441Cu)
#define RCC_D3CFGR HB_REGISTER(0x58024420u)
#define RCC_PLLCKSELR HB_REGISTER(0x58024428u)
#define RCC_PLLCFGR HB_REGISTER(0x5802442Cu)
#define RCC_PLL1DIVR HB_REGISTER(0x58024430u)
#define RCC_AHB2ENR HB_REGISTER(0x580244DCu)
#define RCC_APB4ENR HB_REGISTER(0x580244F4u)
#define RCC_AHB2ENR_SRAM123EN (7u << 29)
#define RCC_CR_HSEON (1u << 16)
#define RCC_CR_HSERDY (1u << 17)
#define RCC_CR_HSEBYP (1u << 18)
#define RCC_CR_PLL1ON (1u << 24)
#define RCC_CR_PLL1RDY (1u << 25)
#define RCC_CFGR_SW_PLL1 (3u << 0)
#define RCC_CFGR_SWS_MASK (7u << 3)
#define RCC_CFGR_SWS_PLL1 (3u << 3)
#define RCC_D1CFGR_HPRE_DIV2 (8u << 0)
#define RCC_D1CFGR_D1PPRE_DIV2 (4u << 4)
#define RCC_D2CFGR_D2PPRE1_DIV2 (4u << 4)
#define RCC_D2CFGR_D2PPRE2_DIV2 (4u << 8)
#define RCC_D3CFGR_D3PPRE_DIV2 (4u << 4)
#define RCC_PLLCKSELR_PLLSRC_HSI (0u << 0)
#define RCC_PLLCKSELR_PLLSRC_HSE (2u << 0)
#define RCC_PLLCKSELR_DIVM1(divider) ((divider) << 4)
#define RCC_PLLCFGR_PLL1RGE(range) ((uint32_t)(range) << 2) /* 1 from 2 MHz, 2 from 4 MHz, 3 from 8 MHz on */
#define RCC_PLLCFGR_DIVP1EN (1u << 16)
#define RCC_PLL1DIVR_N1(factor) ((factor) - 1u)
#define RCC_PLL1DIVR_P1(divider) (((divider) - 1u) << 9)
#define RCC_APB4ENR_SYSCFGEN (1u << 1)

/* System configuration, 12.3 */
#define SYSCFG_PWRCR HB_REGISTER(0x5800042Cu)
#define SYSCFG_PWRCR_ODEN (1u << 0)

/* Debug and identification, 60.5.8 and 61.1 */
#define CHIP_ID 0x5C001000u /* DBGMCU_IDC */
#define UNIQUE_ID_WORDS {0x1FF1E800u, 0x1FF1E804u, 0x1FF1E808u}

#endif
