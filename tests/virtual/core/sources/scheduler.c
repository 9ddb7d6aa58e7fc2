/* Two tasks, unprivileged and on stacks of their own, switched by PendSV as often as SysTick comes. Each keeps
   numbers in floating-point registers that the other one overwrites. */
#include "harness.h"

enum { TASKS = 2, STACK_WORDS = 128, TURNS = 20 };

uint64_t stacks[TASKS][STACK_WORDS / 2];
uint32_t *stack_of[TASKS];
volatile uint32_t current, switches, masked_inside, done;

void sys_tick(void)
{
    SCB_ICSR = 1 << 28;
}

/* Saves what the core does not, and takes the other task's; s16 to s31 only where the task has used them. */
__attribute__((naked)) void pend_sv(void)
{
    __asm volatile("mrs r0, psp\n\t"
                   "tst lr, #16\n\t"
                   "it eq\n\t"
                   "vstmdbeq r0!, {s16-s31}\n\t"
                   "stmdb r0!, {r4-r11, lr}\n\t"
                   "ldr r1, =current\n\t"
                   "ldr r2, [r1]\n\t"
                   "ldr r3, =stack_of\n\t"
                   "str r0, [r3, r2, lsl #2]\n\t"
                   "eor r2, r2, #1\n\t"
                   "str r2, [r1]\n\t"
                   "ldr r0, [r3, r2, lsl #2]\n\t"
                   "ldr r1, =switches\n\t"
                   "ldr r2, [r1]\n\t"
                   "adds r2, #1\n\t"
                   "str r2, [r1]\n\t"
                   "ldmia r0!, {r4-r11, lr}\n\t"
                   "tst lr, #16\n\t"
                   "it eq\n\t"
                   "vldmiaeq r0!, {s16-s31}\n\t"
                   "msr psp, r0\n\t"
                   "bx lr\n\t"
                   ".ltorg");
}

/* A handler is privileged, whoever called it: masks work here, and nowhere in a task. */
void sv_call(void)
{
    uint32_t masked;
    __asm volatile("cpsid i\n\tmrs %0, primask\n\tcpsie i" : "=r"(masked));
    masked_inside = masked;
}

__attribute__((used, noreturn)) static void task(uint32_t number)
{
    const uint32_t step = number ? 0x40400000 : 0x3F800000; /* 3 or 1 */
    uint32_t masked, kept, turns;
    __asm volatile("cpsid i\n\tmrs %0, primask" : "=r"(masked));
    __asm volatile("vmov s16, %0\n\tvmov s17, %1" : : "r"(step), "r"(0) : "s16", "s17");
    while (switches < TURNS)
        __asm volatile("vadd.f32 s17, s17, s16" : : : "s17");
    __asm volatile("vcvt.u32.f32 s17, s17\n\tvmov %0, s17\n\tvmov %1, s16" : "=r"(turns), "=r"(kept) : : "s17");
    __asm volatile("svc 0");
    if (masked || !masked_inside || kept != step || turns < 100 || turns % (1 + 2 * number))
        quit(1 + number);
    done |= 1u << number;
    while (done != 3)
        ;
    quit(42);
    for (;;)
        ;
}

static void make_second_task(void)
{
    uint32_t *top = (uint32_t *)stacks[1] + STACK_WORDS;
    *--top = 1 << 24;
    *--top = (uint32_t)(uintptr_t)task & ~1u;
    for (int word = 0; word < 5; word++)
        *--top = 0;
    *--top = 1;
    *--top = 0xFFFFFFFD;
    for (int word = 0; word < 8; word++)
        *--top = 0;
    stack_of[1] = top;
}

int main(void)
{
    SCB_SHPR3 = 0xF0F0u << 16;
    make_second_task();
    SYST_RVR = 4999;
    SYST_CVR = 0;
    SYST_CSR = 7;
    __asm volatile("msr psp, %0\n\tmsr control, %1\n\tisb\n\tmovs r0, #0\n\tb task"
                   :
                   : "r"(stacks[0] + STACK_WORDS / 2), "r"(3));
    __builtin_unreachable();
}
