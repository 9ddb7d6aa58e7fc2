/* Sends by interrupts, and sleeps until the last one; none comes after the first sleep, for the port is fast. */
#include "harness.h"

#define USART3(offset) REGISTER(0x40004800 + (offset))
#define NVIC_ISER_39 REGISTER(0xE000E104)

enum { CR1 = 0x00, TDR = 0x28, UE = 1 << 0, TE = 1 << 3, TXEIE = 1 << 7 };

static const char text[] = "sent";
volatile uint32_t sent, done, sleeps;

void usart3(void)
{
    if (text[sent]) {
        USART3(TDR) = (uint8_t)text[sent++];
    } else {
        USART3(CR1) = UE | TE;
        done = 1;
    }
}

int main(void)
{
    NVIC_ISER_39 = 1 << (39 - 32);
    USART3(CR1) = UE | TE | TXEIE;
    while (!done) {
        __asm volatile("wfi");
        sleeps++;
    }
    print("!");
    __asm volatile("wfi"); /* nothing has come since, and nothing will */
    return 1;
}
