/* Registers of the STM32L475 that the firmware uses. Source: RM0351 Rev 9; section numbers beside each block. */
#ifndef HILBENCH_STM32L475_H
#define HILBENCH_STM32L475_H

#include "cortex_m.h"

/* Flash interface, 3.7 */
#define FLASH_ACR HB_REGISTER(0x40022000u)
#define FLASH_ACR_LATENCY_MASK 0x7u
#define FLASH_ACR_LATENCY_4WS (4u << 0)
#define FLASH_ACR_PRFTEN (1u << 8)
#define FLASH_ACR_ICEN (1u << 9)
#define FLASH_ACR_DCEN (1u << 10)

/* Power control, 5.4 */
#define PWR_CR1 HB_REGISTER(0x40007000u)
#define PWR_SR2 HB_REGISTER(0x40007014u)
#define PWR_CR1_VOS_MASK (3u << 9)
#define PWR_CR1_VOS_RANGE1 (1u << 9)
#define PWR_SR2_VOSF (1u << 10)

/* Reset and clock control, 6.4 */
#define RCC_CR HB_REGISTER(0x40021000u)
#define RCC_CFGR HB_REGISTER(0x40021008u)
#define RCC_PLLCFGR HB_REGISTER(0x4002100Cu)
#define RCC_AHB2ENR HB_REGISTER(0x4002104Cu)
#define RCC_APB1ENR1 HB_REGISTER(0x40021058u)
#define RCC_APB2ENR HB_REGISTER(0x40021060u)
#define RCC_CCIPR HB_REGISTER(0x40021088u)
#define RCC_CR_MSIRDY (1u << 1)
#define RCC_CR_MSIRGSEL (1u << 3)
#define RCC_CR_MSIRANGE_MASK (0xFu << 4)
#define RCC_CR_MSIRANGE_4_MHZ (6u << 4)
#define RCC_CR_HSION (1u << 8)
#define RCC_CR_PLLON (1u << 24)
#define RCC_CR_PLLRDY (1u << 25)
#define RCC_CFGR_SW_PLL (3u << 0)
#define RCC_CFGR_SWS_MASK (3u << 2)
#define RCC_CFGR_SWS_PLL (3u << 2)
#define RCC_PLLCFGR_PLLSRC_MSI (1u << 0)
#define RCC_PLLCFGR_PLLM(divider) (((divider) - 1u) << 4)
#define RCC_PLLCFGR_PLLN(factor) ((factor) << 8)
#define RCC_PLLCFGR_PLLREN (1u << 24)
#define RCC_PLLCFGR_PLLR_DIV2 (0u << 25)
#define RCC_AHB2ENR_GPIOBEN (1u << 1)
#define RCC_APB1ENR1_PWREN (1u << 28)
#define RCC_APB2ENR_USART1EN (1u << 14)
#define RCC_CCIPR_USART1SEL_MASK (3u << 0)
#define RCC_CCIPR_USART1SEL_HSI16 (2u << 0)

/* General-purpose I/O, 8.5 */
#define GPIOB 0x48000400u
#define GPIO_MODER(port) HB_REGISTER((port) + 0x00u)
#define GPIO_OSPEEDR(port) HB_REGISTER((port) + 0x08u)
#define GPIO_PUPDR(port) HB_REGISTER((port) + 0x0Cu)
#define GPIO_BSRR(port) HB_REGISTER((port) + 0x18u)
#define GPIO_AFRL(port) HB_REGISTER((port) + 0x20u)
#define GPIO_MODE_OUTPUT 1u
#define GPIO_MODE_ALTERNATE 2u
#define GPIO_PULL_UP 1u
#define GPIO_SPEED_VERY_HIGH 3u

/* USART, 40.8 */
#define USART1_CR1 HB_REGISTER(0x40013800u)
#define USART1_BRR HB_REGISTER(0x4001380Cu)
#define USART1_ISR HB_REGISTER(0x4001381Cu)
#define USART1_ICR HB_REGISTER(0x40013820u)
#define USART1_RDR HB_REGISTER(0x40013824u)
#define USART1_TDR HB_REGISTER(0x40013828u)
#define USART_CR1_UE (1u << 0)
#define USART_CR1_RE (1u << 2)
#define USART_CR1_TE (1u << 3)
#define USART_CR1_RXNEIE (1u << 5)
#define USART_ISR_RXNE (1u << 5)
#define USART_ISR_TC (1u << 6)
#define USART_ISR_TXE (1u << 7)
#define USART_ICR_ERRORS 0xFu /* parity, framing, noise, overrun */
#define USART1_IRQ 37u

/* Debug and identification, 48.6.1 and 49.1 */
#define DBGMCU_IDCODE HB_REGISTER(0xE0042000u)
#define UNIQUE_ID 0x1FFF7590u

#endif
