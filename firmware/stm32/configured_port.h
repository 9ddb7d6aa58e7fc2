/* Serial line and trigger pin as `board_config.h` says, for chips whose firmware can be built for other boards. */
#ifndef HILBENCH_CONFIGURED_PORT_H
#define HILBENCH_CONFIGURED_PORT_H

#include "board_config.h"
#include "stm32.h"

#define PORT_USART BOARD_UART
#define PORT_IRQ BOARD_UART_IRQ

/* The pin that a power meter watches. */
#define TRIGGER_PORT BOARD_TRIGGER_PORT
#define TRIGGER_PIN BOARD_TRIGGER_PIN
#define TRIGGER_CLOCK BOARD_PORTS_ENABLE
#define TRIGGER_CLOCK_ON BOARD_TRIGGER_PORTS

/* Clocks and pins of the serial line. */
static inline void configured_port_start(void)
{
    stm32_clock_on(&BOARD_PORTS_ENABLE, BOARD_UART_PORTS);
    BOARD_UART_SELECT = (BOARD_UART_SELECT & ~BOARD_UART_SELECT_MASK) | BOARD_UART_SELECT_HSI;
    stm32_clock_on(&BOARD_UART_ENABLE, BOARD_UART_ENABLE_BIT);
    stm32_pin_alternate(BOARD_TX_PORT, BOARD_TX_PIN, BOARD_TX_FUNCTION);
    stm32_pin_alternate(BOARD_RX_PORT, BOARD_RX_PIN, BOARD_RX_FUNCTION);
}

#endif
