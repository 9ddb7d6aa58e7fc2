/* UART without EasyDMA: a register each way. Source: nRF52840 PS, UART. */
#include "port.h"
#include "nrf.h"

uint32_t port_divider(uint32_t baud)
{
    switch (baud) {
    case 9600: return 0x00275000u;
    case 115200: return 0x01D7E000u;
    case 230400: return 0x03AFB000u;
    case 460800: return 0x075F7000u;
    case 921600: return 0x0EBED000u;
    case 1000000: return 0x10000000u;
    default: return 0;
    }
}

void port_start(uint32_t baud)
{
    UART_TASKS_STOPRX = 1;
    UART_TASKS_STOPTX = 1;
    UART_ENABLE = 0;
    UART_PSEL_TXD = BOARD_TX_SELECT;
    UART_PSEL_RXD = BOARD_RX_SELECT;
    UART_BAUDRATE = port_divider(baud);
    UART_ENABLE = UART_ENABLE_UART;
    UART_EVENTS_RXDRDY = 0;
    UART_EVENTS_TXDRDY = 0;
    UART_TASKS_STARTRX = 1;
    UART_TASKS_STARTTX = 1;
}

void port_send(char byte)
{
    UART_TXD = (uint8_t)byte;
    while (!UART_EVENTS_TXDRDY)
        ;
    UART_EVENTS_TXDRDY = 0;
}

bool port_received(void)
{
    return UART_EVENTS_RXDRDY;
}

/* The event goes first: reading RXD moves the next byte up, which raises it again. */
char port_take(void)
{
    UART_EVENTS_RXDRDY = 0;
    return (char)UART_RXD;
}

void port_interrupt(bool wanted)
{
    if (wanted)
        UART_INTENSET = UART_INT_RXDRDY;
    else
        UART_INTENCLR = UART_INT_RXDRDY;
}
