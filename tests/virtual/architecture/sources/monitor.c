/* Exception entry and exception return each clear the exclusive monitor (ARMv7-M ARM, A3.4.1, B1.5.6 and B1.5.8). */
#include "kit.h"

static volatile uint32_t word, handled;
static volatile uint16_t half;
static volatile uint8_t byte;

HANDLER(sv_call)
{
    uint32_t failed, value;
    (void)frame, (void)exc_return;
    handled++;
    __asm volatile("strex %0, %1, [%2]" : "=&r"(failed) : "r"(9), "r"(&word) : "memory");
    check("entry clears it", failed, 1);
    __asm volatile("ldrex %0, [%1]" : "=r"(value) : "r"(&word) : "memory");
}

HANDLER(pend_sv)
{
    (void)frame, (void)exc_return;
    handled++;
}

HANDLER(usage_fault)
{
    (void)exc_return;
    handled++;
    CFSR = CFSR;
    frame[6] += 2;
}

HANDLER(sys_tick)
{
    (void)frame, (void)exc_return;
    REGISTER(0xE000E010) = 0;
    handled++;
}

#define PAIR(suffix, place, between)                                                                               \
    ({                                                                                                             \
        uint32_t failed, value;                                                                                    \
        __asm volatile("ldrex" suffix " %1, [%2]\n\t" between "\n\tstrex" suffix " %0, %1, [%2]"                    \
                       : "=&r"(failed), "=&r"(value)                                                               \
                       : "r"(place), "r"(PENDSVSET), "r"(0xE000ED04)                                               \
                       : "memory");                                                                                \
        failed;                                                                                                    \
    })
#define PEND "str %3, [%4]\n\tdsb\n\tisb"

void run(void)
{
    uint32_t before;
    SHCSR = 1u << 18;
    word = half = byte = 7;
    check("word", PAIR("", &word, ""), 0);
    check("half", PAIR("h", &half, ""), 0);
    check("byte", PAIR("b", &byte, ""), 0);
    check("word, clrex", PAIR("", &word, "clrex"), 1);
    check("word, call", PAIR("", &word, "svc 0"), 1);
    check("word, interrupt", PAIR("", &word, PEND), 1);
    check("half, interrupt", PAIR("h", &half, PEND), 1);
    check("byte, interrupt", PAIR("b", &byte, PEND), 1);
    check("word, fault", PAIR("", &word, "udf #0"), 1);
    check("another pair stores", PAIR("", &word, ""), 0);
    check("handlers", handled, 5);

    for (uint32_t period = 60; period < 90; period++) {
        uint32_t failed, value;
        REGISTER(0xE000E014) = period;
        REGISTER(0xE000E018) = 0;
        before = handled;
        REGISTER(0xE000E010) = 7;
        do {
            __asm volatile("ldrex %1, [%2]\n\tb 1f\n1:\tnop\n\tb 2f\n2:\tstrex %0, %1, [%2]"
                           : "=&r"(failed), "=&r"(value)
                           : "r"(&word)
                           : "memory");
        } while (!failed && handled == before);
        check("a tick leaves the pair whole or has it fail", word, 7);
    }
}
