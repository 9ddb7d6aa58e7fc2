/* Branches that go the same way each time, and branches that change their mind. */
#include "harness.h"

enum { ROUNDS = 1000 };

volatile uint32_t steady, alternating, one_target, two_targets;

static uint32_t measure_direction(uint32_t mask)
{
    uint32_t rounds = ROUNDS;
    const uint32_t before = DWT_CYCCNT;
    __asm volatile("1: tst %0, %1\n\tbeq 2f\n\tnop\n2: subs %0, %0, #1\n\tbne 1b" : "+r"(rounds) : "r"(mask) : "cc");
    return DWT_CYCCNT - before;
}

__attribute__((naked)) static void first(void)
{
    __asm volatile("bx lr");
}

__attribute__((naked)) static void second(void)
{
    __asm volatile("bx lr");
}

static uint32_t measure_target(void (*even)(void), void (*odd)(void))
{
    const uint32_t before = DWT_CYCCNT;
    for (uint32_t round = 0; round < ROUNDS; round++)
        (round & 1 ? odd : even)();
    return DWT_CYCCNT - before;
}

int main(void)
{
    DWT_CTRL |= 1;
    steady = measure_direction(0);
    alternating = measure_direction(1);
    one_target = measure_target(first, first);
    two_targets = measure_target(first, second);
    return 0;
}
