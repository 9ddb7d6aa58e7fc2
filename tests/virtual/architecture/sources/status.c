/* CFSR and HFSR: the ones that are written clear, in the bytes that are written alone (ARMv7-M ARM, B3.2.15). */
#include "kit.h"

#define UNDEFINSTR (1u << 16)
#define DIVBYZERO (1u << 25)
#define PRECISE (1u << 9 | 1u << 15)

static volatile uint32_t faults;

HANDLER(hard_fault)
{
    (void)exc_return;
    faults++;
    frame[6] += *(uint16_t *)frame[6] >> 11 > 28 ? 4 : 2;
}

void run(void)
{
    CCR |= 1u << 4;
    __asm volatile("udf #0");
    __asm volatile("udiv r0, r0, %0" ::"r"(0) : "r0");
    __asm volatile("ldr r0, [%0]" ::"r"(0xA0000010) : "r0");
    check("faults", faults, 3);
    check("all are kept", CFSR, UNDEFINSTR | DIVBYZERO | PRECISE);
    check("by halves, too", *(volatile uint16_t *)0xE000ED2A, (UNDEFINSTR | DIVBYZERO) >> 16);
    check("address", REGISTER(0xE000ED38), 0xA0000010);
    BYTE(0xE000ED29) = 0xFF;
    check("a byte", CFSR, UNDEFINSTR | DIVBYZERO);
    *(volatile uint16_t *)0xE000ED2A = UNDEFINSTR >> 16;
    check("a bit of a half", CFSR, DIVBYZERO);
    CFSR = ~DIVBYZERO;
    check("zeroes do not clear", CFSR, DIVBYZERO);
    CFSR = DIVBYZERO;
    check("ones do", CFSR, 0);
    check("escalated", HFSR, 1u << 30);
    BYTE(0xE000ED2F) = 0;
    check("zero does nothing", HFSR, 1u << 30);
    BYTE(0xE000ED2F) = 0x40;
    check("one does", HFSR, 0);
}
