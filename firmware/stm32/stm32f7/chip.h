/* Registers of the STM32F767 that the firmware uses. Source: RM0410 Rev 4; section numbers beside each block. */
#ifndef HILBENCH_CHIP_H
#define HILBENCH_CHIP_H

#include "stm32.h"

/* Flash interface, 3.7 */
#define FLASH_ACR HB_REGISTER(0x40023C00u)
#define FLASH_ACR_LATENCY_MASK 0xFu
#define FLASH_ACR_PRFTEN (1u << 8)
#define FLASH_ACR_ARTEN (1u << 9)

/* Power control, 4.4 */
#define PWR_CR1 HB_REGISTER(0x40007000u)
#define PWR_CSR1 HB_REGISTER(0x40007004u)
#define PWR_CR1_VOS_MASK (3u << 14)
#define PWR_CR1_VOS_SCALE(scale) ((4u - (scale)) << 14) /* 1 to 3 */
#define PWR_CR1_ODEN (1u << 16)
#define PWR_CR1_ODSWEN (1u << 17)
#define PWR_CSR1_ODRDY (1u << 16)
#define PWR_CSR1_ODSWRDY (1u << 17)

/* Reset and clock control, 5.3 */
#define RCC_CR HB_REGISTER(0x40023800u)
#define RCC_PLLCFGR HB_REGISTER(0x40023804u)
#define RCC_CFGR HB_REGISTER(0x40023808u)
#define RCC_APB1ENR HB_REGISTER(0x40023840u)
#define RCC_CR_HSION (1u << 0)
#define RCC_CR_HSIRDY (1u << 1)
#define RCC_CR_HSEON (1u << 16)
#define RCC_CR_HSERDY (1u << 17)
#define RCC_CR_HSEBYP (1u << 18)
#define RCC_CR_PLLON (1u << 24)
#define RCC_CR_PLLRDY (1u << 25)
#define RCC_PLLCFGR_PLLM(divider) ((divider) << 0)
#define RCC_PLLCFGR_PLLN(factor) ((factor) << 6)
#define RCC_PLLCFGR_PLLP(divider) (((divider) / 2u - 1u) << 16)
#define RCC_PLLCFGR_PLLSRC_HSE (1u << 22)
#define RCC_PLLCFGR_PLLQ(divider) ((divider) << 24)
#define RCC_PLLCFGR_PLLR(divider) ((divider) << 28)
#define RCC_CFGR_SWS_MASK (3u << 2)
#define RCC_CFGR_SW_PLL (2u << 0)
#define RCC_CFGR_SWS_PLL (2u << 2)
#define RCC_CFGR_PPRE1_DIV4 (5u << 10)
#define RCC_CFGR_PPRE2_DIV2 (4u << 13)
#define RCC_APB1ENR_PWREN (1u << 28)

/* Debug and identification, 40.6.1 and 41.1 */
#define CHIP_ID 0xE0042000u /* DBGMCU_IDCODE */
#define UNIQUE_ID_WORDS {0x1FF0F420u, 0x1FF0F424u, 0x1FF0F428u}

#endif
