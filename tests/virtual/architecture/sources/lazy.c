/* Floating-point context of exceptions (ARMv7-M ARM, B1.5.7, ExecuteFPCheck and UpdateFPCCR). */
#include "kit.h"

enum { LSPACT = 1, USER = 2, THREAD = 8, HFRDY = 16, MMRDY = 32, BFRDY = 64 };
#define LSPEN (1u << 30)
#define ASPEN (1u << 31)
#define UNTOUCHED 0xA5A5A5A5
#define ONE 0x3f800000

static volatile uint32_t mode, nested_lr;
static uint32_t room[64] __attribute__((aligned(8)));

static uint32_t control(void)
{
    uint32_t value;
    __asm volatile("mrs %0, control" : "=r"(value));
    return value;
}

static uint32_t s(void)
{
    uint32_t value;
    __asm volatile("vmov %0, s0" : "=r"(value));
    return value;
}

static void set(uint32_t value)
{
    __asm volatile("vmov s0, %0" ::"r"(value) : "s0");
}

static uint32_t fpscr(void)
{
    uint32_t value;
    __asm volatile("vmrs %0, fpscr" : "=r"(value));
    return value;
}

static void set_fpscr(uint32_t value)
{
    __asm volatile("vmsr fpscr, %0" ::"r"(value));
}

HANDLER(pend_sv)
{
    (void)frame;
    nested_lr = exc_return;
    if (mode == 4)
        set(0x44444444);
}

HANDLER(sv_call)
{
    uint32_t *slots = frame + 8;
    switch (mode) {
    case 0: /* lazily: room is left, and filled before the first instruction that needs the unit */
        check("extended frame", exc_return & 16, 0);
        check("pending", FPCCR & LSPACT, LSPACT);
        check("of thread mode", FPCCR & (THREAD | USER | HFRDY), THREAD | HFRDY);
        check("no fault handler is on", FPCCR & (MMRDY | BFRDY), 0);
        check("where", FPCAR, (uint32_t)slots);
        check("not stored", slots[0], UNTOUCHED);
        check("inactive", control() & 4, 0);
        check("modes", fpscr() & 0x07C00000, 0x03000000);
        check("stored", slots[0], ONE);
        check("modes stored", slots[16] & 0x07C00000, 0x00C00000);
        check("done", FPCCR & LSPACT, 0);
        check("active", control() & 4, 4);
        set(0x12345678);
        break;
    case 1: /* eagerly */
        check("stored at once", slots[0], ONE);
        check("nothing pending", FPCCR & LSPACT, 0);
        set(0x12345678);
        break;
    case 2: /* never used in the handler: nothing is stored, and the registers stay */
        check("room", slots[0], UNTOUCHED);
        break;
    case 3: /* no context */
        check("basic frame", exc_return & 16, 16);
        check("nothing is left", FPCCR & LSPACT, 0);
        break;
    case 4: /* a nested handler has the outer's context stored */
        check("pending before", FPCCR & LSPACT, LSPACT);
        ICSR = PENDSVSET;
        BARRIER();
        check("nested frame is basic", nested_lr & 16, 16);
        check("stored by the nested one", slots[0], ONE);
        check("done by the nested one", FPCCR & LSPACT, 0);
        break;
    case 5: /* an operating system throws the context away */
        FPCCR = FPCCR & ~LSPACT;
        BARRIER();
        set(0x55555555);
        check("thrown away", slots[0], UNTOUCHED);
        frame[8] = ONE;
        break;
    case 6:
        check("of user code", FPCCR & (THREAD | USER), THREAD | USER);
        __asm volatile("msr control, %0\n\tisb" ::"r"(0));
        break;
    }
}

static void call(uint32_t number, uint32_t modes)
{
    uint32_t *stack;
    __asm volatile("mov %0, sp" : "=r"(stack));
    for (uint32_t *slot = stack - 80; slot < stack; slot++)
        *(volatile uint32_t *)slot = UNTOUCHED;
    mode = number;
    set(ONE);
    set_fpscr(modes);
    __asm volatile("svc 0" ::: "memory", "s0");
}

void run(void)
{
    (void)room;
    REGISTER(0xE000ED88) |= 0xF << 20;
    BARRIER();
    BYTE(0xE000ED1F) = 0x40; /* PendSV preempts SVCall */
    check("reset", FPCCR & (ASPEN | LSPEN | LSPACT), ASPEN | LSPEN);
    FPDSCR = 0xFFFFFFFF;
    check("only modes", FPDSCR, 0x07C00000);
    FPCAR = 0xFFFFFFFF;
    check("a multiple of 8", FPCAR, 0xFFFFFFF8);
    FPDSCR = 3u << 24;

    call(0, 3u << 22);
    check("lazily back", s(), ONE);
    check("modes are back", fpscr() & 0x07C00000, 3u << 22);
    check("still active", control() & 4, 4);
    call(2, 0);
    check("untouched", s(), ONE);
    check("nothing pending any more", FPCCR & LSPACT, 0);
    call(4, 0);
    check("back through two", s(), ONE);
    call(5, 0);
    check("restored from the frame", s(), ONE);
    FPCCR = ASPEN;
    BARRIER();
    call(1, 0);
    check("eagerly back", s(), ONE);

    FPCCR = 0;
    __asm volatile("msr control, %0\n\tisb" ::"r"(0));
    set(ONE);
    check("not set without ASPEN", control() & 4, 0);
    call(3, 0);
    check("left alone", s(), ONE);
    check("still not", control() & 4, 0);
    FPCCR = ASPEN | LSPEN;
    set(ONE);
    check("set with ASPEN", control() & 4, 4);
    __asm volatile("msr control, %0\n\tisb" ::"r"(5));
    call(6, 0);
    check("back from user code", s(), ONE);
}
