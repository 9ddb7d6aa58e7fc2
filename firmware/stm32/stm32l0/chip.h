/* Registers of the STM32L031 that the firmware uses. Source: RM0377 Rev 10; section numbers beside each block. */
#ifndef HILBENCH_CHIP_H
#define HILBENCH_CHIP_H

#include "stm32.h"

/* Flash interface, 3.7 */
#define FLASH_ACR HB_REGISTER(0x40022000u)
#define FLASH_ACR_LATENCY_MASK 1u
#define FLASH_ACR_PRFTEN (1u << 1)

/* Power control, 6.4 */
#define PWR_CR HB_REGISTER(0x40007000u)
#define PWR_CSR HB_REGISTER(0x40007004u)
#define PWR_CR_VOS_MASK (3u << 11)
#define PWR_CR_VOS_RANGE(range) ((range) << 11)
#define PWR_CSR_VOSF (1u << 4)

/* Reset and clock control, 7.3 */
#define RCC_CR HB_REGISTER(0x40021000u)
#define RCC_CFGR HB_REGISTER(0x4002100Cu)
#define RCC_APB1ENR HB_REGISTER(0x40021038u)
#define RCC_CR_HSI16ON (1u << 0)
#define RCC_CR_HSI16RDYF (1u << 2)
#define RCC_CR_HSEON (1u << 16)
#define RCC_CR_HSERDY (1u << 17)
#define RCC_CR_HSEBYP (1u << 18)
#define RCC_CR_PLLON (1u << 24)
#define RCC_CR_PLLRDY (1u << 25)
#define RCC_CFGR_SW_PLL (3u << 0)
#define RCC_CFGR_SWS_MASK (3u << 2)
#define RCC_CFGR_SWS_PLL (3u << 2)
#define RCC_CFGR_PLLSRC_HSE (1u << 16)
#define RCC_CFGR_PLLMUL(factor) /* 3, 4, 6, 8, 12, 16, 24, 32, 48 */ \
    (((factor) <= 3u ? 0u : (factor) <= 4u ? 1u : (factor) <= 6u ? 2u : (factor) <= 8u ? 3u : (factor) <= 12u ? 4u : \
      (factor) <= 16u ? 5u : (factor) <= 24u ? 6u : (factor) <= 32u ? 7u : 8u) << 18)
#define RCC_CFGR_PLLDIV(divider) (((divider) - 1u) << 22)
#define RCC_APB1ENR_PWREN (1u << 28)

/* Debug and identification, 27.4.1 and 28.2: the unique ID is not in one piece */
#define CHIP_ID 0x40015800u /* DBG_IDCODE */
#define UNIQUE_ID_WORDS {0x1FF80050u, 0x1FF80054u, 0x1FF80064u}

#endif
