/* The Performance Monitoring Unit, stopped and read behind code whose instructions are counted by eye. */
#include "harness.h"

#define PMU_EVCNTR(counter) REGISTER(0xE0003000 + 4 * (counter))
#define PMU_EVTYPER(counter) REGISTER(0xE0003400 + 4 * (counter))
#define PMU_CNTENSET REGISTER(0xE0003C00)
#define PMU_CNTENCLR REGISTER(0xE0003C20)
#define PMU_OVSCLR REGISTER(0xE0003C80)
#define PMU_TYPE REGISTER(0xE0003E00)
#define PMU_CTRL REGISTER(0xE0003E04)

enum { INST_RETIRED = 0x08, CHAIN = 0x1E };

volatile uint32_t counters, straight, looped, overflows, cleared, unchained;

static uint32_t count(void)
{
    return PMU_EVCNTR(1) << 16 | PMU_EVCNTR(0);
}

/* Between the two stores: the start itself, and what stands between them. */
static void run_straight(void)
{
    __asm volatile("str %1, [%0]\n\tadds r0, #1\n\tadds r0, #1\n\tadds r0, #1\n\tstr %2, [%0]"
                   : : "r"(&PMU_CTRL), "r"(3), "r"(0) : "r0", "cc", "memory");
}

static void run_loop(uint32_t rounds)
{
    __asm volatile("str %2, [%1]\n1: adds r0, #1\n\tsubs %0, %0, #1\n\tbne 1b\n\tstr %3, [%1]"
                   : "+r"(rounds) : "r"(&PMU_CTRL), "r"(3), "r"(0) : "r0", "cc", "memory");
}

int main(void)
{
    counters = PMU_TYPE & 0xFF;
    PMU_EVTYPER(0) = INST_RETIRED;
    PMU_EVTYPER(1) = CHAIN;
    PMU_CNTENSET = 3;
    run_straight();
    straight = count();
    run_loop(100000);
    looped = count();
    overflows = PMU_OVSCLR;
    PMU_OVSCLR = 3;
    cleared = PMU_OVSCLR;
    PMU_CNTENCLR = 2;
    run_loop(100000);
    unchained = count();
    return 0;
}
