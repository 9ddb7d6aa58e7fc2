/* Raises every byte received by USART3 to upper case, by interrupt, asleep in between. */
#include "harness.h"

#define USART3(offset) REGISTER(0x40004800 + (offset))

void usart3(void)
{
    while (USART3(0x1C) & 1 << 5)
        USART3(0x28) = USART3(0x24) & ~0x20u;
}

int main(void)
{
    USART3(0x0C) = 64000000 / 115200;
    USART3(0x00) = 1 << 5 | 1 << 3 | 1 << 2 | 1 << 0;
    NVIC_ISER(1) = 1 << (39 - 32);
    USART3(0x28) = '>';
    for (;;)
        __asm volatile("wfi");
}
