/* Stack limits (Armv8-M ARM, DDI 0553, B3.21): of both stack pointers, for instructions and for exception entry. */
#include "kit.h"

#define STKOF (1u << 20)
#define UNTOUCHED 0xA5A5A5A5
#define STKOFHFNMIGN (1u << 10)

static volatile uint32_t faults, cause, called, escape;
static uint32_t stack[64] __attribute__((aligned(8)));

/* Whatever stack faulted, it goes on at `escape` in thread mode on the main stack. */
__attribute__((used)) static uint32_t *again(uint32_t *frame)
{
    cause = CFSR;
    CFSR = cause;
    HFSR = HFSR;
    faults++;
    __asm volatile("msr msplim, %0\n\tmsr psplim, %0" ::"r"(0));
    for (int word = 0; word < 8; word++)
        frame[word] = 0;
    frame[6] = escape & ~1u;
    frame[7] = 1u << 24;
    return frame;
}

#define GO_ON                                                                                                      \
    "movs r0, #0\n\tmsr msplim, r0\n\tmsr psplim, r0\n\tmrs r0, msp\n\tldr r0, =stack_top\n\tsub r0, #512\n\tmov sp, r0\n\t"    \
    "bl again\n\tldr lr, =0xfffffff9\n\tbx lr\n\t.ltorg"
__attribute__((naked)) void usage_fault(void)
{
    __asm volatile(GO_ON);
}

__attribute__((naked)) void hard_fault(void)
{
    __asm volatile(GO_ON);
}

HANDLER(sv_call)
{
    (void)frame, (void)exc_return;
    called++;
}

static uint32_t limit(void)
{
    return (uint32_t)&stack[32];
}

/* Runs `code` with SP, the main or the process stack's, 16 bytes above its limit; it comes back by a fault or not. */
#define TRY(process, code)                                                                                         \
    do {                                                                                                           \
        for (int word = 0; word < 64; word++)                                                                      \
            ((volatile uint32_t *)stack)[word] = UNTOUCHED;                                                        \
        faults = cause = called = 0;                                                                               \
        __asm volatile("push {r4-r11}\n\tldr r0, =kept\n\tmov r1, sp\n\tstr r1, [r0]\n\t"                          \
                       "ldr r0, =escape_p\n\tldr r0, [r0]\n\tadr r1, 9f\n\tstr r1, [r0]\n\t"                       \
                       "mov r4, %0\n\tadd r5, r4, #16\n\t"                                                         \
                       "cmp %1, #0\n\tbeq 1f\n\tmsr psplim, r4\n\tmsr psp, r5\n\tmovs r0, #2\n\tmsr control, r0\n\tisb\n\tb 2f\n"  \
                       "1:\tmov sp, r5\n\tmsr msplim, r4\n2:\t" code "\n\tnop\n\t.align 2\n9:\tmovs r0, #0\n\tmsr msplim, r0\n\t"   \
                       "msr psplim, r0\n\tmsr control, r0\n\tisb\n\tldr r0, =kept\n\tldr r1, [r0]\n\tmov sp, r1\n\tpop {r4-r11}"    \
                       ::"r"(limit()), "r"(process)                                                                \
                       : "r0", "r1", "r2", "r3", "r12", "lr", "memory", "cc");                                     \
    } while (0)
volatile uint32_t kept;
volatile uint32_t *const escape_p = &escape;

static void faulted(const char *what, uint32_t process)
{
    (void)process;
    check(what, cause, STKOF);
    check("once", faults, 1);
    check("nothing below", stack[31], UNTOUCHED);
}

void run(void)
{
    uint32_t value;
    SHCSR |= 1u << 18;
    __asm volatile("msr msplim, %1\n\tmrs %0, msplim\n\tmsr msplim, %2" : "=&r"(value) : "r"(0x20000007), "r"(0));
    check("a multiple of 8", value, 0x20000000);
    for (int process = 0; process < 2; process++) {
        TRY(process, "push {r1-r4}");
        check("down to the limit", faults, 0);
        TRY(process, "push {r1-r4, r6}");
        faulted("push", process);
        TRY(process, "sub sp, #24");
        faulted("sub", process);
        TRY(process, "str r1, [sp, #-24]!");
        faulted("str", process);
        TRY(process, "svc 0");
        faulted("exception entry", process);
        check("called when the fault is over", called, 1);
    }
    SHCSR &= ~(1u << 18);
    TRY(1, "push {r1-r4, r6}");
    faulted("as HardFault", 1);
    CCR |= STKOFHFNMIGN;
    check("ignoring limits reads back", CCR & STKOFHFNMIGN, STKOFHFNMIGN);
}
