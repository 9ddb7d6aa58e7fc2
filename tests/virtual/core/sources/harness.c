/* Vector table and start; handlers that a program does not define end it with status 99. */
#include "harness.h"

void reset(void);
void unexpected(void);

__attribute__((used)) void unexpected(void)
{
    quit(99);
}

#define DEFAULT(name) __attribute__((weak, alias("unexpected"))) void name(void)
DEFAULT(hard_fault);
DEFAULT(bus_fault);
DEFAULT(usage_fault);
DEFAULT(sv_call);
DEFAULT(pend_sv);
DEFAULT(sys_tick);
DEFAULT(irq0);
DEFAULT(irq1);
DEFAULT(usart3);

typedef union {
    uintptr_t stack;
    void (*handler)(void);
} vector_t;

__attribute__((section(".vectors"), used)) static const vector_t vectors[16 + 40] = {
    {.stack = 0x20020000}, {.handler = reset},
    [3] = {.handler = hard_fault}, [5] = {.handler = bus_fault}, [6] = {.handler = usage_fault},
    [11] = {.handler = sv_call}, [14] = {.handler = pend_sv}, [15] = {.handler = sys_tick},
    [16] = {.handler = irq0}, [17] = {.handler = irq1}, [16 + 39] = {.handler = usart3},
};

void reset(void)
{
#ifndef FLOAT_OFF
    SCB_CPACR |= 0xF << 20;
    __asm volatile("dsb\n\tisb");
#endif
    quit((uint32_t)main());
}
