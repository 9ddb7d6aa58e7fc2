/* A NUCLEO-L031K6: serial line and trigger pin. Serial: USART2 on PA2 (TX) and PA15 (RX), the ST-Link's virtual COM port.
 * It is clocked by HSI16, so that it talks whatever becomes of the PLL. Source: UM1956, solder bridges SB2 and SB3. */
#ifndef HILBENCH_PORT_H
#define HILBENCH_PORT_H

#include "chip.h"
#include "clock.h"

#define PORT_USART 0x40004400u
#define PORT_IRQ 28u
#define PORT_CLOCK_HZ HSI16_HZ
#define PORT_RING_BYTES 128u /* a power of two */
#define PORT_CR1 0u

/* The pin that a power meter watches: Arduino D3. */
#define TRIGGER_PORT GPIOB
#define TRIGGER_PIN 0u
#define TRIGGER_CLOCK RCC_IOPENR
#define TRIGGER_CLOCK_ON RCC_IOPENR_IOPBEN

/* Clocks and pins of the serial line. */
static inline void port_start(void)
{
    RCC_CR |= RCC_CR_HSI16ON;
    stm32_clock_on(&RCC_IOPENR, RCC_IOPENR_IOPAEN);
    RCC_CCIPR = (RCC_CCIPR & ~RCC_CCIPR_USART2SEL_MASK) | RCC_CCIPR_USART2SEL_HSI16;
    stm32_clock_on(&RCC_APB1ENR, RCC_APB1ENR_USART2EN);
    stm32_pin_alternate(GPIOA, 2, 4);
    stm32_pin_alternate(GPIOA, 15, 4);
}

#endif
