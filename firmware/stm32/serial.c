/* The serial line of every STM32 whose USART has ISR and TDR: bytes arrive by interrupt, leave by waiting.
 * Which USART, which pins and which clock `port.h` of the family says. Source: RM0433, 48.5 and 48.7; the
 * same in RM0351 (40), RM0377 (24) and RM0410 (34). */
#include "board.h"
#include "port.h"
#include "stm32.h"
#include "vectors.h"

enum {
    MIN_DIVIDER = 16, /* oversampling by 16 */
    MAX_DIVIDER = 0xFFFF,
};

/* Written by the interrupt, read by the program; the indices run freely and wrap. */
static volatile char ring[PORT_RING_BYTES];
static volatile uint32_t ring_written;
static volatile uint32_t ring_read;

static void on_usart(void);

__attribute__((section(".vectors.interrupts"), used)) static const hb_vector_t interrupts[PORT_IRQ + 1] = {
    [PORT_IRQ] = {.handler = on_usart},
};

/* A full ring leaves the rest to the receiver, until the program has caught up. */
static void on_usart(void)
{
    USART_ICR(PORT_USART) = USART_ICR_ERRORS;
    while (USART_ISR(PORT_USART) & USART_ISR_RXNE) {
        if (ring_written - ring_read == PORT_RING_BYTES) {
            USART_CR1(PORT_USART) &= ~USART_CR1_RXNEIE;
            return;
        }
        ring[ring_written % PORT_RING_BYTES] = (char)USART_RDR(PORT_USART);
        ring_written = ring_written + 1u;
    }
}

static uint32_t divider(uint32_t baud)
{
    return baud ? (PORT_CLOCK_HZ + baud / 2u) / baud : 0u;
}

bool hb_serial_supports(uint32_t baud)
{
    return divider(baud) >= MIN_DIVIDER && divider(baud) <= MAX_DIVIDER;
}

void hb_serial_start(uint32_t baud)
{
    port_start();
    USART_CR1(PORT_USART) = 0;
    USART_BRR(PORT_USART) = divider(baud);
    USART_CR1(PORT_USART) = PORT_CR1 | USART_CR1_RXNEIE | USART_CR1_RE | USART_CR1_TE | USART_CR1_UE;
    NVIC_ISER(PORT_IRQ / 32u) = 1u << PORT_IRQ % 32u;
    hb_interrupts_on();
}

void hb_serial_write(char byte)
{
    while (!(USART_ISR(PORT_USART) & USART_ISR_TXE))
        ;
    USART_TDR(PORT_USART) = (uint8_t)byte;
}

void hb_serial_flush(void)
{
    while (!(USART_ISR(PORT_USART) & USART_ISR_TC))
        ;
}

/* With interrupts off, one that arrives between look and sleep ends the sleep at once. */
char hb_serial_read(void)
{
    for (;;) {
        hb_interrupts_off();
        const bool empty = ring_written == ring_read;
        if (empty) {
            USART_CR1(PORT_USART) |= USART_CR1_RXNEIE;
            hb_wait_for_interrupt();
        }
        hb_interrupts_on();
        if (!empty) {
            const char byte = ring[ring_read % PORT_RING_BYTES];
            ring_read = ring_read + 1u;
            return byte;
        }
    }
}
