/* Registers that are alike in all STM32 families here, at the bases that `<chip>.h` gives. Source: RM0433, chapters 11
 * and 48; the same in RM0351 (8, 40), RM0377 (9, 24) and RM0410 (6, 34). */
#ifndef HILBENCH_STM32_H
#define HILBENCH_STM32_H

#include <stdbool.h>

#include "cortex_m.h"

/* GPIO */
#define GPIO_MODER(port) HB_REGISTER((port) + 0x00u)
#define GPIO_OSPEEDR(port) HB_REGISTER((port) + 0x08u)
#define GPIO_PUPDR(port) HB_REGISTER((port) + 0x0Cu)
#define GPIO_BSRR(port) HB_REGISTER((port) + 0x18u)
#define GPIO_AFR(port, pin) HB_REGISTER((port) + 0x20u + (pin) / 8u * 4u)
#define GPIO_MODE_OUTPUT 1u
#define GPIO_MODE_ALTERNATE 2u
#define GPIO_PULL_UP 1u
#define GPIO_SPEED_VERY_HIGH 3u

/* USART */
#define USART_CR1(usart) HB_REGISTER((usart) + 0x00u)
#define USART_BRR(usart) HB_REGISTER((usart) + 0x0Cu)
#define USART_ISR(usart) HB_REGISTER((usart) + 0x1Cu)
#define USART_ICR(usart) HB_REGISTER((usart) + 0x20u)
#define USART_RDR(usart) HB_REGISTER((usart) + 0x24u)
#define USART_TDR(usart) HB_REGISTER((usart) + 0x28u)
#define USART_CR1_UE (1u << 0)
#define USART_CR1_RE (1u << 2)
#define USART_CR1_TE (1u << 3)
#define USART_CR1_RXNEIE (1u << 5) /* RXFNEIE with the FIFO on */
#define USART_CR1_FIFOEN (1u << 29)
#define USART_ISR_RXNE (1u << 5) /* RXFNE with the FIFO on */
#define USART_ISR_TC (1u << 6)
#define USART_ISR_TXE (1u << 7)  /* TXFNF with the FIFO on */
#define USART_ICR_ERRORS 0xFu    /* parity, framing, noise, overrun */

/* Give a peripheral its clock, which runs two cycles after the write: wait for it. */
static inline void stm32_clock_on(volatile uint32_t *enable, uint32_t bit)
{
    *enable |= bit;
    (void)*enable;
}

/* Wait, over 10 ms even at 480 MHz, for what a clock or regulator reports; the slowest flag, HSERDY, needs 2 ms. */
static inline bool stm32_becomes(const volatile uint32_t *flags, uint32_t mask, uint32_t wanted)
{
    for (int tries = 0; tries < 1000000; ++tries)
        if ((*flags & mask) == wanted)
            return true;
    return false;
}

static inline bool stm32_is_set(const volatile uint32_t *flags, uint32_t flag)
{
    return stm32_becomes(flags, flag, flag);
}

/* Hand a pin to the peripheral `alternate`, pulled up. */
static inline void stm32_pin_alternate(uint32_t port, uint32_t pin, uint32_t alternate)
{
    const uint32_t place = 4u * (pin % 8u);
    GPIO_AFR(port, pin) = (GPIO_AFR(port, pin) & ~(0xFu << place)) | alternate << place;
    GPIO_PUPDR(port) = (GPIO_PUPDR(port) & ~(3u << 2u * pin)) | GPIO_PULL_UP << 2u * pin;
    GPIO_MODER(port) = (GPIO_MODER(port) & ~(3u << 2u * pin)) | GPIO_MODE_ALTERNATE << 2u * pin;
}

/* Drive a pin, as fast as it can; the level is set before. */
static inline void stm32_pin_output(uint32_t port, uint32_t pin)
{
    GPIO_OSPEEDR(port) |= GPIO_SPEED_VERY_HIGH << 2u * pin;
    GPIO_MODER(port) = (GPIO_MODER(port) & ~(3u << 2u * pin)) | GPIO_MODE_OUTPUT << 2u * pin;
}

static inline void stm32_pin_high(uint32_t port, uint32_t pin)
{
    GPIO_BSRR(port) = 1u << pin;
}

static inline void stm32_pin_low(uint32_t port, uint32_t pin)
{
    GPIO_BSRR(port) = 1u << (pin + 16u);
}

#endif
