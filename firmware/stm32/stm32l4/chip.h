/* Registers of the STM32L475 that the firmware uses. Source: RM0351 Rev 9; section numbers beside each block. */
#ifndef HILBENCH_CHIP_H
#define HILBENCH_CHIP_H

#include "stm32.h"

/* Flash interface, 3.7 */
#define FLASH_ACR HB_REGISTER(0x40022000u)
#define FLASH_ACR_LATENCY_MASK 0x7u
#define FLASH_ACR_PRFTEN (1u << 8)
#define FLASH_ACR_ICEN (1u << 9)
#define FLASH_ACR_DCEN (1u << 10)

/* Power control, 5.4 */
#define PWR_CR1 HB_REGISTER(0x40007000u)
#define PWR_SR2 HB_REGISTER(0x40007014u)
#define PWR_CR1_VOS_MASK (3u << 9)
#define PWR_CR1_VOS_RANGE(range) ((uint32_t)(range) << 9)
#define PWR_SR2_VOSF (1u << 10)

/* Reset and clock control, 6.4 */
#define RCC_CR HB_REGISTER(0x40021000u)
#define RCC_CFGR HB_REGISTER(0x40021008u)
#define RCC_PLLCFGR HB_REGISTER(0x4002100Cu)
#define RCC_APB1ENR1 HB_REGISTER(0x40021058u)
#define RCC_CR_MSIRDY (1u << 1)
#define RCC_CR_MSIRGSEL (1u << 3)
#define RCC_CR_MSIRANGE_MASK (0xFu << 4)
#define RCC_CR_MSIRANGE_4_MHZ (6u << 4)
#define RCC_CR_HSION (1u << 8)
#define RCC_CR_HSIRDY (1u << 10)
#define RCC_CR_HSEON (1u << 16)
#define RCC_CR_HSERDY (1u << 17)
#define RCC_CR_HSEBYP (1u << 18)
#define RCC_CR_PLLON (1u << 24)
#define RCC_CR_PLLRDY (1u << 25)
#define RCC_CFGR_SW_PLL (3u << 0)
#define RCC_CFGR_SWS_MASK (3u << 2)
#define RCC_CFGR_SWS_PLL (3u << 2)
#define RCC_PLLCFGR_PLLSRC_MSI (1u << 0)
#define RCC_PLLCFGR_PLLSRC_HSI16 (2u << 0)
#define RCC_PLLCFGR_PLLSRC_HSE (3u << 0)
#define RCC_PLLCFGR_PLLM(divider) (((divider) - 1u) << 4)
#define RCC_PLLCFGR_PLLN(factor) ((factor) << 8)
#define RCC_PLLCFGR_PLLREN (1u << 24)
#define RCC_PLLCFGR_PLLR(divider) (((divider) / 2u - 1u) << 25)
#define RCC_APB1ENR1_PWREN (1u << 28)

/* Debug and identification, 48.6.1 and 49.1 */
#define CHIP_ID 0xE0042000u /* DBGMCU_IDCODE */
#define UNIQUE_ID_WORDS {0x1FFF7590u, 0x1FFF7594u, 0x1FFF7598u}

#endif
