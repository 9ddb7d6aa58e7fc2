/* What the System Control Space tells of exceptions, and what writing there does (ARMv7-M ARM, B3.2 and B3.4). */
#include "kit.h"

#define NVIC_ICER REGISTER(0xE000E180)
#define NVIC_ICPR REGISTER(0xE000E280)
#define NVIC_IABR REGISTER(0xE000E300)
enum { VECTACTIVE = 0x1FF, RETTOBASE = 1 << 11, ISRPENDING = 1 << 22 };
enum { MEM_ACT, BUS_ACT, USAGE_ACT = 3, CALL_ACT = 7, MONITOR_ACT, PENDSV_ACT = 10, TICK_ACT, USAGE_PEND, MEM_PEND, BUS_PEND, CALL_PEND };

static volatile uint32_t seen[16], calls[16];

static uint32_t number(void)
{
    uint32_t ipsr;
    __asm volatile("mrs %0, ipsr" : "=r"(ipsr));
    return ipsr;
}

static void note(void)
{
    seen[number() & 15] = SHCSR;
    calls[number() & 15]++;
    check("VECTACTIVE", ICSR & VECTACTIVE, number());
}

void mem_manage(void) { note(); }
void bus_fault(void) { note(); }
void usage_fault(void) { note(); }
void sv_call(void) { note(); }
void debug_monitor(void) { note(); }
void pend_sv(void) { note(); }
void nmi(void) { note(); }
void sys_tick(void)
{
    REGISTER(0xE000E010) = 0;
    note();
}
void irq0(void)
{
    seen[0] = NVIC_IABR;
    calls[0]++;
    check("alone", ICSR & RETTOBASE, RETTOBASE);
    NVIC_ISPR = 2;
    BARRIER();
    check("one waits", ICSR & (ISRPENDING | 0x1FF << 12), ISRPENDING | 17 << 12);
    ICSR = 1u << 31;
    BARRIER();
}
void irq1(void) { calls[1]++; }

static void pended(const char *what, int exception, int bit, int active)
{
    calls[exception] = 0;
    SHCSR |= 1u << bit;
    BARRIER();
    check(what, calls[exception], 1);
    check("active meanwhile", seen[exception] & 0xFFF, 1u << active);
    check("neither after", SHCSR & 0xFFFF, 0);
}

void run(void)
{
    SHCSR = 0;
    __asm volatile("cpsid i");
    SHCSR = 1u << CALL_PEND | 1u << BUS_PEND | 1u << MEM_PEND | 1u << USAGE_PEND;
    check("each pends", SHCSR & 0xF000, 0xF000);
    SHCSR = 0;
    check("each is taken back", SHCSR, 0);
    __asm volatile("cpsie i");
    SHCSR = 7u << 16;
    check("enables", SHCSR, 7u << 16);
    pended("memory management", 4, MEM_PEND, MEM_ACT);
    pended("bus", 5, BUS_PEND, BUS_ACT);
    pended("usage", 6, USAGE_PEND, USAGE_ACT);
    pended("call", 11, CALL_PEND, CALL_ACT);
    ICSR = PENDSVSET;
    BARRIER();
    check("PendSV", seen[14] & 0xFFFF, 1u << PENDSV_ACT);
    ICSR = 1u << 26;
    BARRIER();
    check("SysTick", seen[15] & 0xFFFF, 1u << TICK_ACT);
    DEMCR |= 1u << 16;
    DEMCR |= 1u << 17;
    BARRIER();
    check("monitor", seen[12] & 0xFFFF, 1u << MONITOR_ACT);
    SHCSR |= 1u << PENDSV_ACT;
    check("an active bit can be set", SHCSR & 0xFFF, 1u << PENDSV_ACT);
    calls[14] = 0;
    ICSR = PENDSVSET;
    BARRIER();
    check("and holds its own back", calls[14], 0);
    SHCSR &= ~(1u << PENDSV_ACT);
    BARRIER();
    check("until it is cleared", calls[14], 1);
    BYTE(0xE000ED26) = 2;
    check("a byte of it", SHCSR & 7u << 16, 1u << 17);

    CCR = 0xFFFFFFFF;
    check("control bits", CCR, CONTROL_SET);
    CCR = 0;
    check("those that stay", CCR, CONTROL_CLEAR);
    CCR = 1u << 9;
    NVIC_ISER = 3;
    BYTE(0xE000E401) = 0x40;
    BYTE(0xE000E400) = 0x40;
    NVIC_ISPR = 1;
    BARRIER();
    check("active bits of interrupts", seen[0], 1);
    check("the other came behind", calls[1], 1);
    check("NMI above", calls[2], 1);
    NVIC_ICER = 3;
    NVIC_ISPR = 3;
    check("disabled ones pend", NVIC_ISPR & 3, 3);
    check("and wait", calls[1], 1);
    NVIC_ICPR = 3;
    check("taken back", NVIC_ISPR & 3, 0);
    check("only the upper bits", BYTE(0xE000E404), 0);
    BYTE(0xE000E404) = 0xFF;
    check("of a priority are kept", BYTE(0xE000E404), 0xFFu << (8 - PRIORITY_BITS) & 0xFF);
    check("lines", REGISTER(0xE000E004) & 15, LINES);
    REGISTER(0xE000E100 + 4 * LINES) = 0xFFFFFFFF;
    check("interrupts that the chip has", REGISTER(0xE000E100 + 4 * LINES), LAST_LINES);
    REGISTER(0xE000E180 + 4 * LINES) = 0xFFFFFFFF;
    REGISTER(0xE000E100 + 4 * LINES + 4) = 0xFFFFFFFF;
    check("and no others", REGISTER(0xE000E100 + 4 * LINES + 4), 0);
    REGISTER(0xE000ED18) = 0xFFFFFFFF;
    check("no priority of what is not there", REGISTER(0xE000ED18) >> 24, SECURE ? 0xFFu << (8 - PRIORITY_BITS) & 0xFF : 0);
}
