/* USART1 on PB6 (TX) and PB7 (RX), the ST-Link's virtual COM port. It is clocked by HSI16, so that it talks
 * whatever becomes of the PLL. Source: RM0351, 40.5; UM2153, table of the ST-Link's pins. */
#include "board.h"
#include "clock.h"
#include "stm32l475.h"
#include "vectors.h"

enum {
    TX_PIN = 6,
    RX_PIN = 7,
    ALTERNATE_USART1 = 7,
    RING_BYTES = 1024, /* a power of two */
    MIN_DIVIDER = 16,  /* oversampling by 16 */
    MAX_DIVIDER = 0xFFFF,
};

/* Written by the interrupt, read by the program; the indices run freely and wrap. */
static volatile char ring[RING_BYTES];
static volatile uint32_t ring_written;
static volatile uint32_t ring_read;

static void on_usart1(void);

__attribute__((section(".vectors.interrupts"), used)) static const hb_vector_t interrupts[USART1_IRQ + 1] = {
    [USART1_IRQ] = {.handler = on_usart1},
};

/* A full ring leaves the byte to the receiver, until the program has caught up. */
static void on_usart1(void)
{
    USART1_ICR = USART_ICR_ERRORS;
    if (!(USART1_ISR & USART_ISR_RXNE))
        return;
    if (ring_written - ring_read == RING_BYTES) {
        USART1_CR1 &= ~USART_CR1_RXNEIE;
        return;
    }
    ring[ring_written % RING_BYTES] = (char)USART1_RDR;
    ring_written = ring_written + 1u;
}

static void configure_pin(uint32_t pin)
{
    GPIO_AFRL(GPIOB) |= (uint32_t)ALTERNATE_USART1 << 4 * pin;
    GPIO_PUPDR(GPIOB) |= GPIO_PULL_UP << 2 * pin;
    GPIO_MODER(GPIOB) = (GPIO_MODER(GPIOB) & ~(3u << 2 * pin)) | GPIO_MODE_ALTERNATE << 2 * pin;
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
    RCC_CR |= RCC_CR_HSION;
    RCC_AHB2ENR |= RCC_AHB2ENR_GPIOBEN;
    RCC_CCIPR = (RCC_CCIPR & ~RCC_CCIPR_USART1SEL_MASK) | RCC_CCIPR_USART1SEL_HSI16;
    RCC_APB2ENR |= RCC_APB2ENR_USART1EN;
    (void)RCC_APB2ENR; /* the clock runs two cycles after the write: wait for it */
    configure_pin(TX_PIN);
    configure_pin(RX_PIN);
    USART1_CR1 = 0;
    USART1_BRR = divider(baud);
    USART1_CR1 = USART_CR1_RXNEIE | USART_CR1_RE | USART_CR1_TE | USART_CR1_UE;
    NVIC_ISER(USART1_IRQ / 32u) = 1u << USART1_IRQ % 32u;
    hb_interrupts_on();
}

void hb_serial_write(char byte)
{
    while (!(USART1_ISR & USART_ISR_TXE))
        ;
    USART1_TDR = (uint8_t)byte;
}

void hb_serial_flush(void)
{
    while (!(USART1_ISR & USART_ISR_TC))
        ;
}

/* With interrupts off, one that arrives between look and sleep ends the sleep at once. */
char hb_serial_read(void)
{
    for (;;) {
        hb_interrupts_off();
        const bool empty = ring_written == ring_read;
        if (empty) {
            USART1_CR1 |= USART_CR1_RXNEIE;
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
