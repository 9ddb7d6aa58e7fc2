/* What an operating system does on an nRF until it sleeps: start-up code's look at the part, console over EasyDMA
   whose end of transmission is connected to its stop, RTC as the kernel's timer. */
#include "kit.h"

#define R(base, offset) REGISTER((base) + (offset))
enum { STARTTX = 0x008, STOPTX = 0x00C, ENDTX = 0x120, TXSTOPPED = 0x158, ENABLE = 0x500, BAUDRATE = 0x524 };
enum { TXD_PTR = 0x544, TXD_MAXCNT = 0x548 };
enum { LFCLKSTART = 0x008, LFCLKSTARTED = 0x104, LFCLKSTAT = 0x418, LFCLKSRC = 0x518 };
enum { START = 0, CLEAR = 8, COMPARE = 0x140, INTENSET = 0x304, EVTENSET = 0x344, COUNTER = 0x504, CC = 0x540 };
static const uint32_t others[] = {OTHERS};
static volatile uint32_t ticks;
static char out;

static void connect(uint32_t base, int channel)
{
#ifdef PPI
    R(PPI, 0x510 + 8 * channel) = base + ENDTX;
    R(PPI, 0x514 + 8 * channel) = base + STOPTX;
    R(PPI, 0x504) = 1u << channel;
#else
    R(base, ENDTX + 0x80) = 1u << 31 | channel;
    R(base, STOPTX + 0x80) = 1u << 31 | channel;
    R(DPPI, 0x504) = 1u << channel;
    check("subscribed", R(base, STOPTX + 0x80), 1u << 31 | channel);
#endif
}

static void open_uart(uint32_t base, int channel)
{
    R(base, BAUDRATE) = 0x01D60000;
    R(base, ENABLE) = 8;
    connect(base, channel);
    R(base, TXD_PTR) = (uint32_t)&out;
    R(base, TXD_MAXCNT) = 0;
    R(base, STARTTX) = 1;
    while (!R(base, TXSTOPPED))
        ;
}

static void send(uint32_t base, const char *text)
{
    for (; *text; text++) {
        while (!R(base, TXSTOPPED))
            ;
        out = *text;
        R(base, TXD_MAXCNT) = 1;
        R(base, ENDTX) = 0;
        R(base, TXSTOPPED) = 0;
        R(base, STARTTX) = 1;
    }
}

HANDLER(timer)
{
    (void)frame, (void)exc_return;
    R(RTC, COMPARE) = 0;
    (void)R(RTC, COMPARE);
    ticks++;
}

static void start_timer(void)
{
    R(CLOCK_BASE, LFCLKSRC) = 1;
    R(CLOCK_BASE, LFCLKSTART) = 1;
    while (!R(CLOCK_BASE, LFCLKSTARTED))
        ;
    check("from the crystal", R(CLOCK_BASE, LFCLKSTAT), 1 << 16 | 1);
    R(RTC, INTENSET) = 1 << 16;
    R(RTC, CC) = 0x123;
    NVIC_ISER = 1u << TIMER_IRQ;
    R(RTC, CLEAR) = 1;
    check("counts only once started", R(RTC, COUNTER), 0);
    R(RTC, START) = 1;
}

static void sleep(uint32_t milliseconds)
{
    const uint32_t before = ticks;
    R(RTC, CC) = (R(RTC, COUNTER) + 32768 * milliseconds / 1000) & 0xFFFFFF;
    while (ticks == before)
        __asm volatile("wfi");
}

static uint32_t microseconds(void)
{
    uint32_t elapsed[2] = {0, 0};
    semihosting(0x30, (uintptr_t)elapsed);
    return elapsed[0];
}

void run(void)
{
    check("part", REGISTER(FICR + 0x130), PART);
    check("its revision", REGISTER(FICR + 0x134), REVISION);
    open_uart(CONSOLE, 0);
    send(CONSOLE, "*** Booting ***\n");
    for (unsigned number = 0; number < sizeof others / sizeof *others; number++) {
        open_uart(others[number], 1 + number);
        send(others[number], "nobody reads this");
    }
    start_timer();
    for (int round = 0; round < 3; round++) {
        const uint32_t start = microseconds();
        sleep(100);
        const uint32_t slept = microseconds() - start;
        check("slept", slept > 99000 && slept < 101000, 1);
        send(CONSOLE, "awake\n");
    }
}
