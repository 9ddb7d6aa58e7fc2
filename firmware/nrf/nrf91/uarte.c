/* UARTE: EasyDMA of one byte each way. Source: nRF9160 PS, UARTE. */
#include "port.h"
#include "nrf.h"

/* Where EasyDMA reads and writes; it reaches RAM alone. */
static volatile uint8_t outgoing;
static volatile uint8_t incoming;

uint32_t port_divider(uint32_t baud)
{
    switch (baud) {
    case 9600: return 0x00275000u;
    case 115200: return 0x01D60000u;
    case 230400: return 0x03B00000u;
    case 460800: return 0x07400000u;
    case 921600: return 0x0F000000u;
    case 1000000: return 0x10000000u;
    default: return 0;
    }
}

static void listen(void)
{
    UART_EVENTS_ENDRX = 0;
    UART_TASKS_STARTRX = 1;
}

void port_start(uint32_t baud)
{
    UART_TASKS_STOPRX = 1;
    UART_TASKS_STOPTX = 1;
    UART_ENABLE = 0;
    UART_PSEL_TXD = BOARD_TX_SELECT;
    UART_PSEL_RXD = BOARD_RX_SELECT;
    UART_BAUDRATE = port_divider(baud);
    UART_TXD_PTR = (uint32_t)&outgoing;
    UART_TXD_MAXCNT = 1;
    UART_RXD_PTR = (uint32_t)&incoming;
    UART_RXD_MAXCNT = 1;
    UART_ENABLE = UART_ENABLE_UARTE;
    listen();
}

void port_send(char byte)
{
    outgoing = (uint8_t)byte;
    UART_EVENTS_ENDTX = 0;
    UART_TASKS_STARTTX = 1;
    while (!UART_EVENTS_ENDTX)
        ;
}

bool port_received(void)
{
    return UART_EVENTS_ENDRX;
}

/* Until it listens again, the next bytes wait in the peripheral's FIFO. */
char port_take(void)
{
    const char byte = (char)incoming;
    listen();
    return byte;
}

void port_interrupt(bool wanted)
{
    if (wanted)
        UART_INTENSET = UART_INT_ENDRX;
    else
        UART_INTENCLR = UART_INT_ENDRX;
}
