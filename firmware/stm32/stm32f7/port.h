/* Serial line and trigger pin, by default a NUCLEO-F767ZI's (UM1974, solder bridges SB5 and SB6). The UART is clocked by HSI, so
 * that it talks whatever becomes of the PLL. */
#ifndef HILBENCH_PORT_H
#define HILBENCH_PORT_H

#include "board_config.h"
#include "chip.h"
#include "clock.h"

#define PORT_CLOCK_HZ HSI_HZ
#define PORT_RING_BYTES 1024u /* a power of two */
#define PORT_CR1 0u

#include "configured_port.h"

static inline void port_start(void)
{
    configured_port_start();
}

#endif
