/* Vector table, start and checks; a handler that a program does not define ends it. */
#include "kit.h"

extern uint32_t stack_top, bss_start, bss_end;
void reset(void);
static uint32_t faults;

static void print(const char *text)
{
    semihosting(4, (uintptr_t)text);
}

static void print_number(uint32_t number)
{
    char text[10];
    for (int digit = 0; digit < 8; digit++)
        text[digit] = "0123456789abcdef"[number >> (28 - 4 * digit) & 15];
    text[8] = ' ';
    text[9] = 0;
    print(text);
}

void check(const char *what, uint32_t got, uint32_t wanted)
{
    if (got == wanted)
        return;
    faults++;
    print(what);
    print(": ");
    print_number(got);
    print("in place of ");
    print_number(wanted);
    print("\n");
}

void finish(void)
{
    semihosting(0x18, faults ? 0x20023 : 0x20026);
    for (;;)
        ;
}

__attribute__((used)) void unexpected(void);
void unexpected(void)
{
    uint32_t number;
    __asm volatile("mrs %0, ipsr" : "=r"(number));
    check("unexpected exception", number, 0);
    check("for", CFSR, 0);
    check("at", *(volatile uint32_t *)(0xE000ED38), 0);
    finish();
}

#define DEFAULT(name) __attribute__((weak, alias("unexpected"))) void name(void)
DEFAULT(nmi);
DEFAULT(hard_fault);
DEFAULT(mem_manage);
DEFAULT(bus_fault);
DEFAULT(usage_fault);
DEFAULT(sv_call);
DEFAULT(debug_monitor);
DEFAULT(pend_sv);
DEFAULT(sys_tick);
DEFAULT(irq0);
DEFAULT(irq1);
#ifdef TIMER_IRQ
DEFAULT(timer);
#endif

typedef union {
    uint32_t *stack;
    void (*handler)(void);
} vector_t;

__attribute__((section(".vectors"), used)) static const vector_t vectors[16 + 160] = {
    {.stack = &stack_top},
    [1] = {.handler = reset},
    [2] = {.handler = nmi},
    [3] = {.handler = hard_fault},
    [4] = {.handler = mem_manage},
    [5] = {.handler = bus_fault},
    [6] = {.handler = usage_fault},
    [11] = {.handler = sv_call},
    [12] = {.handler = debug_monitor},
    [14] = {.handler = pend_sv},
    [15] = {.handler = sys_tick},
    [16] = {.handler = irq0},
    [17] = {.handler = irq1},
#ifdef TIMER_IRQ
    [16 + TIMER_IRQ] = {.handler = timer},
#endif
};

void reset(void)
{
    for (uint32_t *word = &bss_start; word < &bss_end; word++)
        *word = 0;
    run();
    finish();
}
