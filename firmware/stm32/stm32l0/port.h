/* Serial line and trigger pin, by default a NUCLEO-L031K6's (UM1956, solder bridges SB2 and SB3). The UART is clocked by HSI16,
 * so that it talks whatever becomes of the PLL. */
#ifndef HILBENCH_PORT_H
#define HILBENCH_PORT_H

#include "board_config.h"
#include "chip.h"
#include "clock.h"

#define PORT_CLOCK_HZ HSI16_HZ
#define PORT_RING_BYTES 128u /* a power of two */
#define PORT_CR1 0u

#include "configured_port.h"

static inline void port_start(void)
{
    RCC_CR |= RCC_CR_HSI16ON;
    configured_port_start();
}

#endif
