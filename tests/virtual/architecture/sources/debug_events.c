/* Debug events without a debugger: DebugMonitor, or HardFault for breakpoints (ARMv7-M ARM, C1.4). */
#include "kit.h"

#define DEBUGEVT (1u << 31)
enum { HALTED = 1, BKPT = 2, DWTTRAP = 4 };
enum { MON_EN = 1 << 16, MON_PEND = 1 << 17, MON_STEP = 1 << 18, MON_REQ = 1 << 19 };
#define FP_CTRL REGISTER(0xE0002000)
#define FP_COMP0 REGISTER(0xE0002008)
#define DWT_COMP0 REGISTER(0xE0001020)
#define DWT_MASK0 REGISTER(0xE0001024)
#define DWT_FUNCTION0 REGISTER(0xE0001028)

static volatile uint32_t hard, monitored, hfsr, dfsr, at, stepping, watched, call_at_bkpt;

HANDLER(hard_fault)
{
    (void)exc_return;
    hard++;
    hfsr = HFSR;
    HFSR = hfsr;
    dfsr = DFSR;
    DFSR = dfsr;
    at = frame[6];
    if (FP_CTRL & 1)
        FP_CTRL = 2;
    else
        frame[6] += 2;
}

#if !BASELINE
HANDLER(debug_monitor)
{
    (void)exc_return;
    monitored++;
    dfsr = DFSR;
    DFSR = dfsr;
    at = frame[6];
    if (stepping && monitored >= stepping)
        DEMCR &= ~(uint32_t)MON_STEP;
    if (dfsr & BKPT) {
        if (FP_CTRL & 1)
            FP_CTRL = 2;
        else
            frame[6] += 2;
    }
}

HANDLER(sv_call)
{
    (void)frame, (void)exc_return;
    __asm volatile("bkpt 3");
}
#endif

extern const char place[], broken[];

static __attribute__((noinline)) void breakpoint(void)
{
    __asm volatile(".global place\nplace: bkpt 1");
}

static void expect(const char *what, uint32_t faults, uint32_t times, uint32_t status)
{
    check(what, hard, faults);
    check("DebugMonitor", monitored, times);
    check("DFSR", dfsr, status);
    hard = monitored = hfsr = dfsr = 0;
}

void run(void)
{
    breakpoint();
    check("where", at, (uint32_t)place & ~1u);
#if !BASELINE
    check("as a debug event alone", hfsr, DEBUGEVT);
    check("no other cause", CFSR, 0);
#endif
    expect("HardFault", 1, 0, BKPT);
#if !BASELINE
    DEMCR = MON_EN | MON_REQ;
    check("reads back", DEMCR, MON_EN | MON_REQ);
    breakpoint();
    check("HFSR", hfsr, 0);
    expect("monitored", 0, 1, BKPT);
    DEMCR |= MON_PEND;
    BARRIER();
    expect("pended", 0, 1, 0);

    __asm volatile("svc 0" ::: "memory");
    check("of too low a priority", hfsr, DEBUGEVT);
    expect("HardFault in a handler", 1, 0, BKPT);
    BYTE(0xE000ED1F) = 0x80; /* SVCall below the monitor */
    __asm volatile("svc 0" ::: "memory");
    expect("of a higher priority", 0, 1, BKPT);

    stepping = 5;
    DEMCR = MON_EN | MON_STEP | MON_PEND;
    BARRIER();
    __asm volatile("nop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop");
    expect("stepped", 0, 5, HALTED);
    stepping = 0;

    FP_COMP0 = VERSION == 1 ? ((uint32_t)broken & 0x1FFFFFFC) | ((uint32_t)broken & 2 ? 2u << 30 : 1u << 30) | 1
                            : ((uint32_t)broken & ~1u) | 1;
    FP_CTRL = 3;
    BARRIER();
    __asm volatile(".global broken\nbroken: nop" ::: "memory");
    check("at the comparator", at, (uint32_t)broken & ~1u);
    expect("comparator", 0, 1, BKPT);
    FP_CTRL = 2;
    DEMCR = 1 << 24 | MON_EN;
    DWT_COMP0 = (uint32_t)&watched;
    DWT_MASK0 = 2;
    DWT_FUNCTION0 = 6;
    watched = 1;
    BARRIER();
    expect("watchpoint", 0, 1, DWTTRAP);
    DEMCR = 1 << 24;
    watched = 2;
    BARRIER();
    expect("watchpoint without monitor", 0, 0, 0);
    check("but it is told", DFSR, DWTTRAP);
#endif
}
