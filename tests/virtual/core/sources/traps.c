/* Everything that CCR and CPACR trap, and its like that they let pass; the handler notes and skips. */
#include "harness.h"

#define SCB_CCR REGISTER(0xE000ED14)
enum { UNALIGN_TRP = 1 << 3, DIV_0_TRP = 1 << 4, USGFAULTENA = 1 << 18, FPU = 0xF << 20 };

volatile uint32_t faults, causes[16], places[16], quotient;
volatile uint32_t words[4] = {0x33221100, 0x77665544, 0xbbaa9988, 0xffeeddcc};
extern const char plain_divide[], indexed_load[], half_load[], pair_load[], pair_store[],
    load_multiple[], exclusive_load[], float_add[], float_load[];

__attribute__((used)) static void note(uint32_t *frame)
{
    causes[faults] = SCB_CFSR;
    places[faults++] = frame[6];
    SCB_CFSR = ~0U;
    uint16_t first = *(const uint16_t *)frame[6];
    frame[6] += first >> 11 > 0x1c ? 4 : 2;
}

__attribute__((naked)) void usage_fault(void)
{
    __asm volatile("mov r0, sp\n\tb note");
}

static void set(volatile uint32_t *word, uint32_t value)
{
    *word = value;
    __asm volatile("dsb\n\tisb");
}

static void divide(void)
{
    __asm volatile("movs r0, #12\n\tmovs r1, #3\n\tmovs r2, #0\n\t"
                   "sdiv r3, r0, r1\n\t"
                   "cmp r2, #1\n\t"
                   "it eq\n\tudiveq r3, r0, r2\n\t"
                   "plain_divide: sdiv r3, r0, r2\n\t"
                   "ldr r0, =quotient\n\tstr r3, [r0]" ::: "r0", "r1", "r2", "r3", "cc", "memory");
}

static void transfer(void)
{
    __asm volatile("ldr r0, =words\n\tmovs r1, #1\n\t"
                   "ldr r2, [r0, r1, lsl #2]\n\t"
                   "ldrb r2, [r0, r1]\n\t"
                   "ldrh r2, [r0, #2]\n\t"
                   "ldrd r2, r3, [r0, #4]\n\t"
                   "indexed_load: ldr r2, [r0, r1, lsl #1]\n\t"
                   "half_load: ldrh r2, [r0, #1]\n\t"
                   "adds r0, #2\n\t"
                   "pair_load: ldrd r2, r3, [r0]\n\t"
                   "pair_store: strd r2, r3, [r0, #4]\n\t"
                   "load_multiple: ldmia r0, {r2, r3}\n\t"
                   "ldr r2, [r0, #2]" ::: "r0", "r1", "r2", "r3", "cc", "memory");
}

static void load_exclusively(void)
{
    __asm volatile("ldr r0, =words+1\n\texclusive_load: ldrex r2, [r0]" ::: "r0", "r2", "memory");
}

static void compute(void)
{
    __asm volatile("ldr r0, =words\n\t"
                   "float_add: vadd.f32 s0, s1, s2\n\t"
                   "float_load: vldr s0, [r0]" ::: "r0", "s0", "memory");
}

static void everything(void)
{
    divide();
    transfer();
    compute();
}

int main(void)
{
    SCB_SHCSR |= USGFAULTENA;
    everything();
    load_exclusively();
    set(&SCB_CCR, SCB_CCR | DIV_0_TRP);
    everything();
    set(&SCB_CCR, (SCB_CCR & ~DIV_0_TRP) | UNALIGN_TRP);
    everything();
    set(&SCB_CCR, SCB_CCR & ~UNALIGN_TRP);
    set(&SCB_CPACR, SCB_CPACR & ~FPU);
    everything();
    set(&SCB_CPACR, SCB_CPACR | FPU);
    everything();
    return 42;
}
