/* What an operating system does on an STM32 until it sleeps: console, kernel timer, banner; register by register as
   its drivers poll them. TIMER_IRQ chooses the low-power timer in place of SysTick. */
#include "kit.h"

#define R(base, offset) REGISTER((base) + (offset))
enum { CR1 = 0x00, BRR = 0x0C, ISR = 0x1C, ICR = 0x20, TDR = 0x28, UE = 1, RE = 4, TE = 8 };
enum { TC = 1 << 6, TXE = 1 << 7, TEACK = 1 << 21, REACK = 1 << 22 };
static const uint32_t others[] = {OTHERS};
static volatile uint32_t ticks;

static void open_uart(uint32_t base)
{
    R(base, BRR) = 139;
    R(base, CR1) = RE | TE;
    R(base, CR1) |= UE;
    while (!(R(base, ISR) & TEACK) || !(R(base, ISR) & REACK))
        ;
}

static void send(uint32_t base, const char *text)
{
    for (; *text; text++) {
        while (!(R(base, ISR) & TXE))
            ;
        R(base, TDR) = *text;
    }
    while (!(R(base, ISR) & TC))
        ;
    R(base, ICR) = TC;
    check("complete is taken back", R(base, ISR) & TC, 0);
}

#ifdef TIMER_IRQ
enum { L_ISR, L_ICR = 0x04, L_IER = 0x08, L_CFGR = 0x0C, L_CR = 0x10, L_CMP = 0x14, L_ARR = 0x18, L_CNT = 0x1C };
enum { CMPM = 1, ARRM = 2, CMPOK = 8, ARROK = 16 };
#define PER_SECOND LSI

HANDLER(timer)
{
    (void)frame, (void)exc_return;
    if (R(LPTIM, L_ISR) & CMPM) {
        R(LPTIM, L_ICR) = CMPM;
        ticks++;
    }
}

static void start_timer(void)
{
    REGISTER(LSI_REGISTER) |= 1;
    while (!(REGISTER(LSI_REGISTER) & 2))
        ;
    REGISTER(SELECT) = (REGISTER(SELECT) & ~(7u << SELECT_SHIFT)) | (uint32_t)SELECT_LSI << SELECT_SHIFT;
    REGISTER(0xE000E100 + 4 * (TIMER_IRQ / 32)) = 1u << TIMER_IRQ % 32;
    R(LPTIM, L_CFGR) = 0;
    R(LPTIM, L_IER) = CMPM;
    R(LPTIM, L_CR) = 1;
    R(LPTIM, L_ARR) = 0xFFFF;
    while (!(R(LPTIM, L_ISR) & ARROK))
        ;
    R(LPTIM, L_ICR) = ARROK;
    R(LPTIM, L_CR) = 1 | 4;
}

static void sleep(uint32_t milliseconds)
{
    const uint32_t before = ticks;
    R(LPTIM, L_CMP) = (R(LPTIM, L_CNT) + PER_SECOND * milliseconds / 1000) & 0xFFFF;
    while (!(R(LPTIM, L_ISR) & CMPOK))
        ;
    R(LPTIM, L_ICR) = CMPOK;
    while (ticks == before)
        __asm volatile("wfi");
}
#else
HANDLER(sys_tick)
{
    (void)frame, (void)exc_return;
    ticks++;
}

static void start_timer(void)
{
    REGISTER(0xE000E014) = CLOCK / 1000 - 1;
    REGISTER(0xE000E018) = 0;
    REGISTER(0xE000E010) = 7;
}

static void sleep(uint32_t milliseconds)
{
    const uint32_t before = ticks;
    while (ticks - before < milliseconds)
        __asm volatile("wfi");
}
#endif

static uint32_t microseconds(void)
{
    uint32_t elapsed[2] = {0, 0};
    semihosting(0x30, (uintptr_t)elapsed);
    return elapsed[0];
}

void run(void)
{
    open_uart(CONSOLE);
    send(CONSOLE, "*** Booting ***\n");
    for (unsigned number = 0; number < sizeof others / sizeof *others; number++) {
        open_uart(others[number]);
        send(others[number], "nobody reads this");
    }
    start_timer();
    for (int round = 0; round < 3; round++) {
        const uint32_t start = microseconds();
        sleep(100);
        const uint32_t slept = microseconds() - start;
        check("slept", slept > 98000 && slept < 102000, 1);
        send(CONSOLE, "awake\n");
    }
}
