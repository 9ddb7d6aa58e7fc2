/* A NUCLEO-F767ZI: serial line and trigger pin. Serial: USART3 on PD8 (TX) and PD9 (RX), the ST-Link's virtual COM port. It
 * is clocked by HSI, so that it talks whatever becomes of the PLL. Source: UM1974, solder bridges SB5 and SB6. */
#ifndef HILBENCH_PORT_H
#define HILBENCH_PORT_H

#include "chip.h"
#include "clock.h"

#define PORT_USART 0x40004800u
#define PORT_IRQ 39u
#define PORT_CLOCK_HZ HSI_HZ
#define PORT_RING_BYTES 1024u /* a power of two */
#define PORT_CR1 0u

/* The pin that a power meter watches: Arduino D8. */
#define TRIGGER_PORT GPIOF
#define TRIGGER_PIN 12u
#define TRIGGER_CLOCK RCC_AHB1ENR
#define TRIGGER_CLOCK_ON RCC_AHB1ENR_GPIOFEN

/* Clocks and pins of the serial line. */
static inline void port_start(void)
{
    stm32_clock_on(&RCC_AHB1ENR, RCC_AHB1ENR_GPIODEN);
    RCC_DCKCFGR2 = (RCC_DCKCFGR2 & ~RCC_DCKCFGR2_USART3SEL_MASK) | RCC_DCKCFGR2_USART3SEL_HSI;
    stm32_clock_on(&RCC_APB1ENR, RCC_APB1ENR_USART3EN);
    stm32_pin_alternate(GPIOD, 8, 7);
    stm32_pin_alternate(GPIOD, 9, 7);
}

#endif
