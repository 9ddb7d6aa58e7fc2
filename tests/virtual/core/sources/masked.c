/* Sleeps with interrupts masked, when one is pending already: a WFI wakes at once, and PRIMASK holds the handler back. */
#include "harness.h"

enum { ROUNDS = 50, MEANWHILE = 1000 };

volatile uint32_t calls;

void irq0(void)
{
    calls++;
}

int main(void)
{
    NVIC_ISER(0) = 1;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        __asm volatile("cpsid i");
        NVIC_ISPR(0) = 1;
        __asm volatile("wfi");
        for (volatile uint32_t n = 0; n < MEANWHILE; n++)
            ;
        if (calls != round)
            return 1;
        __asm volatile("cpsie i\n\tisb");
    }
    return calls == ROUNDS ? 42 : 2;
}
