/* A NUCLEO-H743ZI2: serial line and trigger pin. Serial: USART3 on PD8 (TX) and PD9 (RX), the ST-Link's virtual COM port.
 * It is clocked by HSI, so that it talks whatever becomes of the PLL. Source: UM2407, solder bridges SB5 and SB6. */
#ifndef HILBENCH_PORT_H
#define HILBENCH_PORT_H

#include "chip.h"
#include "clock.h"

#define PORT_USART 0x40004800u
#define PORT_IRQ 39u
#define PORT_CLOCK_HZ HSI_HZ
#define PORT_RING_BYTES 1024u /* a power of two */
#define PORT_CR1 USART_CR1_FIFOEN

/* The pin that a power meter watches: Arduino D8. */
#define TRIGGER_PORT GPIOF
#define TRIGGER_PIN 3u
#define TRIGGER_CLOCK RCC_AHB4ENR
#define TRIGGER_CLOCK_ON RCC_AHB4ENR_GPIOFEN

/* Clocks and pins of the serial line. */
static inline void port_start(void)
{
    stm32_clock_on(&RCC_AHB4ENR, RCC_AHB4ENR_GPIODEN);
    RCC_D2CCIP2R = (RCC_D2CCIP2R & ~RCC_D2CCIP2R_USART234578SEL_MASK) | RCC_D2CCIP2R_USART234578SEL_HSI;
    stm32_clock_on(&RCC_APB1LENR, RCC_APB1LENR_USART3EN);
    stm32_pin_alternate(GPIOD, 8, 7);
    stm32_pin_alternate(GPIOD, 9, 7);
}

#endif
