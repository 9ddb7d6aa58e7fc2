/* The cycle counter, read around code whose cost depends on COUNT alone. */
#include "harness.h"

volatile uint32_t straight, looped, stopped, asleep, written;

#define TEN_CHAINED_ADDS \
    "adds r0, r0, #1\n\tadds r0, r0, #1\n\tadds r0, r0, #1\n\tadds r0, r0, #1\n\tadds r0, r0, #1\n\t" \
    "adds r0, r0, #1\n\tadds r0, r0, #1\n\tadds r0, r0, #1\n\tadds r0, r0, #1\n\tadds r0, r0, #1\n\t"

static uint32_t measure_straight(void)
{
    uint32_t before, after;
    __asm volatile("ldr %0, [%2]\n\t" TEN_CHAINED_ADDS TEN_CHAINED_ADDS "ldr %1, [%2]\n\t"
                   : "=&r"(before), "=&r"(after) : "r"(0xE0001004) : "r0", "cc");
    return after - before;
}

static uint32_t measure_loop(uint32_t rounds)
{
    const uint32_t before = DWT_CYCCNT;
    __asm volatile("1: " TEN_CHAINED_ADDS "subs %0, %0, #1\n\tbne 1b" : "+r"(rounds) : : "r0", "cc");
    return DWT_CYCCNT - before;
}

void sys_tick(void)
{
    SYST_CSR = 0;
}

int main(void)
{
    DWT_CTRL |= 1;
    straight = measure_straight();
    looped = measure_loop(100000);

    SYST_RVR = 640000 - 1;
    SYST_CVR = 0;
    uint32_t before = DWT_CYCCNT;
    SYST_CSR = 7;
    __asm volatile("dsb\n\twfi");
    asleep = DWT_CYCCNT - before;

    DWT_CTRL &= ~1u;
    before = DWT_CYCCNT;
    measure_loop(10);
    stopped = DWT_CYCCNT - before;
    DWT_CTRL |= 1;
    DWT_CYCCNT = 0;
    written = DWT_CYCCNT;
    return 0;
}
