/* USART2 on PA2 (TX) and PA15 (RX), the ST-Link's virtual COM port. It is clocked by HSI16, so that it talks
 * whatever becomes of the PLL. Source: RM0377, 24.5; UM1956, solder bridges SB2 and SB3. */
#include "board.h"
#include "clock.h"
#include "stm32l031.h"
#include "vectors.h"

enum {
    TX_PIN = 2,
    RX_PIN = 15,
    ALTERNATE_USART2 = 4,
    RING_BYTES = 128, /* a power of two */
    MIN_DIVIDER = 16, /* oversampling by 16 */
    MAX_DIVIDER = 0xFFFF,
};

/* Written by the interrupt, read by the program; the indices run freely and wrap. */
static volatile char ring[RING_BYTES];
static volatile uint32_t ring_written;
static volatile uint32_t ring_read;

static void on_usart2(void);

__attribute__((section(".vectors.interrupts"), used)) static const hb_vector_t interrupts[USART2_IRQ + 1] = {
    [USART2_IRQ] = {.handler = on_usart2},
};

/* A full ring leaves the byte to the receiver, until the program has caught up. */
static void on_usart2(void)
{
    USART2_ICR = USART_ICR_ERRORS;
    if (!(USART2_ISR & USART_ISR_RXNE))
        return;
    if (ring_written - ring_read == RING_BYTES) {
        USART2_CR1 &= ~USART_CR1_RXNEIE;
        return;
    }
    ring[ring_written % RING_BYTES] = (char)USART2_RDR;
    ring_written = ring_written + 1u;
}

static void configure_pin(uint32_t pin)
{
    GPIO_AFR(GPIOA, pin) |= (uint32_t)ALTERNATE_USART2 << 4 * (pin % 8u);
    GPIO_PUPDR(GPIOA) = (GPIO_PUPDR(GPIOA) & ~(3u << 2 * pin)) | GPIO_PULL_UP << 2 * pin;
    GPIO_MODER(GPIOA) = (GPIO_MODER(GPIOA) & ~(3u << 2 * pin)) | GPIO_MODE_ALTERNATE << 2 * pin;
}

static uint32_t divider(uint32_t baud)
{
    return baud ? (HSI16_HZ + baud / 2u) / baud : 0u;
}

bool hb_serial_supports(uint32_t baud)
{
    return divider(baud) >= MIN_DIVIDER && divider(baud) <= MAX_DIVIDER;
}

void hb_serial_start(uint32_t baud)
{
    RCC_CR |= RCC_CR_HSI16ON;
    RCC_IOPENR |= RCC_IOPENR_IOPAEN;
    RCC_CCIPR = (RCC_CCIPR & ~RCC_CCIPR_USART2SEL_MASK) | RCC_CCIPR_USART2SEL_HSI16;
    RCC_APB1ENR |= RCC_APB1ENR_USART2EN;
    (void)RCC_APB1ENR; /* the clock runs two cycles after the write: wait for it */
    configure_pin(TX_PIN);
    configure_pin(RX_PIN);
    USART2_CR1 = 0;
    USART2_BRR = divider(baud);
    USART2_CR1 = USART_CR1_RXNEIE | USART_CR1_RE | USART_CR1_TE | USART_CR1_UE;
    NVIC_ISER(0) = 1u << USART2_IRQ;
    hb_interrupts_on();
}

void hb_serial_write(char byte)
{
    while (!(USART2_ISR & USART_ISR_TXE))
        ;
    USART2_TDR = (uint8_t)byte;
}

void hb_serial_flush(void)
{
    while (!(USART2_ISR & USART_ISR_TC))
        ;
}

/* With interrupts off, one that arrives between look and sleep ends the sleep at once. */
char hb_serial_read(void)
{
    for (;;) {
        hb_interrupts_off();
        const bool empty = ring_written == ring_read;
        if (empty) {
            USART2_CR1 |= USART_CR1_RXNEIE;
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
