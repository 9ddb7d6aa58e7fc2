/* The chip's serial peripheral, below the line that `board.h` promises: UART or, where there is none, UARTE. */
#ifndef HILBENCH_PORT_H
#define HILBENCH_PORT_H

#include <stdbool.h>
#include <stdint.h>

/* BAUDRATE for the rates that the peripheral knows; 0 for others. */
uint32_t port_divider(uint32_t baud);

/* Start, or start anew at another rate; its interrupt is `UART_IRQ`. */
void port_start(uint32_t baud);

/* Send one byte and wait until it has left. */
void port_send(char byte);

/* Whether a byte has arrived, which `port_take` takes. */
bool port_received(void);
char port_take(void);

/* Let arrivals interrupt, or not. */
void port_interrupt(bool wanted);

#endif
