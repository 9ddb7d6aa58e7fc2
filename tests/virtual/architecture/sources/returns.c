/* What an exception return may say, and what becomes of those that say something else (ARMv7-M ARM, B1.5.8). */
#include "kit.h"

enum { INVPC = 1 << 18, INVSTATE = 1 << 17, CALL_ACTIVE = 1 << 7 };

static volatile uint32_t wanted, seen_lr, seen_sp, call_sp, faults, cause, nested, level, psp_value;
static uint32_t process[64] __attribute__((aligned(8)));

/* Ends the call with `wanted` in place of its own EXC_RETURN. */
__attribute__((naked)) void sv_call(void)
{
    __asm volatile("ldr r0, =call_sp_p\n\tldr r0, [r0]\n\tmov r1, sp\n\tstr r1, [r0]\n\t"
                   "ldr r0, =wanted_p\n\tldr r0, [r0]\n\tldr r1, [r0]\n\t"
                   "cmp r1, #0\n\tit ne\n\tmovne lr, r1\n\tbx lr\n\t.ltorg");
}
volatile uint32_t *const call_sp_p = &call_sp, *const wanted_p = &wanted;

/* The frame of the call is on the stack still: the fault was chained to it. */
__attribute__((used)) void usage_c(uint32_t lr, uint32_t sp);
void usage_c(uint32_t lr, uint32_t sp)
{
    seen_lr = lr;
    seen_sp = sp;
    cause = CFSR;
    CFSR = cause;
    faults++;
    SHCSR &= ~(uint32_t)CALL_ACTIVE;
}

__attribute__((naked)) void usage_fault(void)
{
    __asm volatile("mov r0, lr\n\tmov r1, sp\n\tpush {r4, lr}\n\tbl usage_c\n\tpop {r4, lr}\n\t"
                   "ldr lr, =0xfffffff9\n\tbx lr\n\t.ltorg");
}

static void call_returning(uint32_t value)
{
    wanted = value;
    faults = 0;
    cause = 0;
    __asm volatile("svc 0" ::: "r0", "r1", "r2", "r3", "r12", "memory");
    wanted = 0;
}

static void refused(const char *what, uint32_t value)
{
    call_returning(value);
    check(what, faults, 1);
    check("cause", cause, INVPC);
    check("chained", seen_sp, call_sp);
    check("its own lr", seen_lr, value);
}

/* PendSV returns to thread mode from below another exception. */
HANDLER(irq0)
{
    (void)frame, (void)exc_return;
    nested = SHCSR >> 10 & 1;
}

__attribute__((naked)) void pend_sv(void)
{
    __asm volatile("push {r4, lr}\n\tldr r0, =0xe000e200\n\tmovs r1, #1\n\tstr r1, [r0]\n\tdsb\n\tisb\n\tpop {r4, pc}\n\t.ltorg");
}

/* Clears the active bit of the handler that it stands in: its return is from nothing. */
HANDLER(sys_tick)
{
    (void)frame, (void)exc_return;
    REGISTER(0xE000E010) = 0;
    SHCSR &= ~(1u << 11);
}

void run(void)
{
    uint32_t control;
    SHCSR = 1u << 18;
    call_returning(0);
    check("the ordinary one", faults, 0);
    call_returning(0xFFFFFFF9);
    check("thread, main stack", faults, 0);
    refused("bits 3 to 0", 0xFFFFFFF3);
    refused("handler mode on the process stack", 0xFFFFFFF5);
    refused("reserved bits", 0xFFFFFFFF);
#ifdef NO_FLOAT
    refused("no floating point", 0xFFFFFFE9);
#endif
    wanted = 0xFFFFFFF1; /* to handler mode, where none is: the frame is pushed again */
    faults = 0;
    __asm volatile("svc 0" ::: "r0", "r1", "r2", "r3", "r12", "memory");
    check("handler mode from thread mode", faults, 1);
    check("its cause", cause, INVPC);
    wanted = 0;

    BYTE(0xE000ED22) = 0xF0;
    NVIC_ISER = 1;
    ICSR = PENDSVSET;
    BARRIER();
    check("nested, and back", nested, 1);

    /* On the process stack, and back to it. */
    psp_value = (uint32_t)&process[60];
    __asm volatile("mov r2, sp\n\tmsr psp, %1\n\tmovs r0, #2\n\tmsr control, r0\n\tisb\n\tsvc 0\n\t"
                   "mov r1, sp\n\tmovs r0, #0\n\tmsr control, r0\n\tisb\n\tmov %0, r1"
                   : "=r"(control)
                   : "r"(psp_value)
                   : "r0", "r1", "r2", "r3", "r12", "memory");
    check("process stack", control, psp_value);

    faults = 0;
    REGISTER(0xE000E014) = 100;
    REGISTER(0xE000E018) = 0;
    REGISTER(0xE000E010) = 7;
    for (volatile int turn = 0; turn < 100; turn++)
        ;
    check("from a handler that is not active", faults, 1);
    check("its cause, too", cause, INVPC);
}
