/* A B-L475E-IOT01A: serial line and trigger pin. Serial: USART1 on PB6 (TX) and PB7 (RX), the ST-Link's virtual COM port.
 * It is clocked by HSI16, so that it talks whatever becomes of the PLL. Source: UM2153, table of the ST-Link's pins. */
#ifndef HILBENCH_PORT_H
#define HILBENCH_PORT_H

#include "chip.h"
#include "clock.h"

#define PORT_USART 0x40013800u
#define PORT_IRQ 37u
#define PORT_CLOCK_HZ HSI16_HZ
#define PORT_RING_BYTES 1024u /* a power of two */
#define PORT_CR1 0u

/* The pin that a power meter watches: Arduino D8. */
#define TRIGGER_PORT GPIOB
#define TRIGGER_PIN 2u
#define TRIGGER_CLOCK RCC_AHB2ENR
#define TRIGGER_CLOCK_ON RCC_AHB2ENR_GPIOBEN

/* Clocks and pins of the serial line. */
static inline void port_start(void)
{
    RCC_CR |= RCC_CR_HSION;
    stm32_clock_on(&RCC_AHB2ENR, RCC_AHB2ENR_GPIOBEN);
    RCC_CCIPR = (RCC_CCIPR & ~RCC_CCIPR_USART1SEL_MASK) | RCC_CCIPR_USART1SEL_HSI16;
    stm32_clock_on(&RCC_APB2ENR, RCC_APB2ENR_USART1EN);
    stm32_pin_alternate(GPIOB, 6, 7);
    stm32_pin_alternate(GPIOB, 7, 7);
}

#endif
