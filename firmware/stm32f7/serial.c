/* USART3 on PD8 (TX) and PD9 (RX), the ST-Link's virtual COM port. It is clocked by HSI, so that it talks
 * whatever becomes of the PLL. Source: RM0410, 34.5; UM1974, solder bridges SB5 and SB6. */
#include "board.h"
#include "clock.h"
#include "stm32f767.h"
#include "vectors.h"

enum {
    TX_PIN = 8,
    RX_PIN = 9,
    ALTERNATE_USART3 = 7,
    RING_BYTES = 1024, /* a power of two */
    MIN_DIVIDER = 16,  /* oversampling by 16 */
    MAX_DIVIDER = 0xFFFF,
};

/* Written by the interrupt, read by the program; the indices run freely and wrap. */
static volatile char ring[RING_BYTES];
static volatile uint32_t ring_written;
static volatile uint32_t ring_read;

static void on_usart3(void);

__attribute__((section(".vectors.interrupts"), used)) static const hb_vector_t interrupts[USART3_IRQ + 1] = {
    [USART3_IRQ] = {.handler = on_usart3},
};

/* A full ring leaves the byte to the receiver, until the program has caught up. */
static void on_usart3(void)
{
    USART3_ICR = USART_ICR_ERRORS;
    if (!(USART3_ISR & USART_ISR_RXNE))
        return;
    if (ring_written - ring_read == RING_BYTES) {
        USART3_CR1 &= ~USART_CR1_RXNEIE;
        return;
    }
    ring[ring_written % RING_BYTES] = (char)USART3_RDR;
    ring_written = ring_written + 1u;
}

static void configure_pin(uint32_t pin)
{
    GPIO_AFRH(GPIOD) |= (uint32_t)ALTERNATE_USART3 << 4 * (pin - 8u);
    GPIO_PUPDR(GPIOD) |= GPIO_PULL_UP << 2 * pin;
    GPIO_MODER(GPIOD) = (GPIO_MODER(GPIOD) & ~(3u << 2 * pin)) | GPIO_MODE_ALTERNATE << 2 * pin;
}

static uint32_t divider(uint32_t baud)
{
    return baud ? (HSI_HZ + baud / 2u) / baud : 0u;
}

bool hb_serial_supports(uint32_t baud)
{
    return divider(baud) >= MIN_DIVIDER && divider(baud) <= MAX_DIVIDER;
}

void hb_serial_start(uint32_t baud)
{
    RCC_AHB1ENR |= RCC_AHB1ENR_GPIODEN;
    RCC_DCKCFGR2 = (RCC_DCKCFGR2 & ~RCC_DCKCFGR2_USART3SEL_MASK) | RCC_DCKCFGR2_USART3SEL_HSI;
    RCC_APB1ENR |= RCC_APB1ENR_USART3EN;
    (void)RCC_APB1ENR; /* the clock runs two cycles after the write: wait for it */
    configure_pin(TX_PIN);
    configure_pin(RX_PIN);
    USART3_CR1 = 0;
    USART3_BRR = divider(baud);
    USART3_CR1 = USART_CR1_RXNEIE | USART_CR1_RE | USART_CR1_TE | USART_CR1_UE;
    NVIC_ISER(USART3_IRQ / 32u) = 1u << USART3_IRQ % 32u;
    hb_interrupts_on();
}

void hb_serial_write(char byte)
{
    while (!(USART3_ISR & USART_ISR_TXE))
        ;
    USART3_TDR = (uint8_t)byte;
}

void hb_serial_flush(void)
{
    while (!(USART3_ISR & USART_ISR_TC))
        ;
}

/* With interrupts off, one that arrives between look and sleep ends the sleep at once. */
char hb_serial_read(void)
{
    for (;;) {
        hb_interrupts_off();
        const bool empty = ring_written == ring_read;
        if (empty) {
            USART3_CR1 |= USART_CR1_RXNEIE;
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
