/* The serial line to the kit's J-Link: sent byte by byte, received by interrupt into a ring. */
#include "board.h"
#include "nrf.h"
#include "port.h"
#include "vectors.h"

enum { RING_BYTES = 1024 /* a power of two */ };

/* Written by the interrupt, read by the program; the indices run freely and wrap. */
static volatile char ring[RING_BYTES];
static volatile uint32_t ring_written;
static volatile uint32_t ring_read;

static void on_serial(void);

__attribute__((section(".vectors.interrupts"), used)) static const hb_vector_t interrupts[UART_IRQ + 1] = {
    [UART_IRQ] = {.handler = on_serial},
};

/* A full ring leaves the rest to the peripheral's FIFO, until the program has caught up. */
static void on_serial(void)
{
    while (port_received()) {
        if (ring_written - ring_read == RING_BYTES) {
            port_interrupt(false);
            return;
        }
        ring[ring_written % RING_BYTES] = port_take();
        ring_written = ring_written + 1u;
    }
}

bool hb_serial_supports(uint32_t baud)
{
    return port_divider(baud) != 0;
}

void hb_serial_start(uint32_t baud)
{
    GPIO_OUTSET(TX_PORT) = 1u << TX_PIN;
    GPIO_PIN_CNF(TX_PORT, TX_PIN) = GPIO_PIN_OUTPUT;
    GPIO_PIN_CNF(RX_PORT, RX_PIN) = GPIO_PIN_PULL_UP;
    port_start(baud);
    port_interrupt(true);
    NVIC_ISER(UART_IRQ / 32u) = 1u << UART_IRQ % 32u;
    hb_interrupts_on();
}

void hb_serial_write(char byte)
{
    port_send(byte);
}

/* Every byte has left when it is written. */
void hb_serial_flush(void)
{
}

/* With interrupts off, one that arrives between look and sleep ends the sleep at once. */
char hb_serial_read(void)
{
    for (;;) {
        hb_interrupts_off();
        const bool empty = ring_written == ring_read;
        if (empty) {
            port_interrupt(true);
            hb_wait_for_interrupt();
        }
        hb_interrupts_on();
        if (!empty) {
            const char byte = ring[ring_read % RING_BYTES];
            ring_read = ring_read + 1u;
            return byte;
        }
    }
}
