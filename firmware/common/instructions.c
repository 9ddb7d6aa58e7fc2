#include "cortex_m.h"
#include "instructions.h"

#ifdef __ARM_ARCH_6M__ /* its debug components answer the debugger alone */

void hb_instructions_start(void)
{
}

bool hb_instructions_countable(void)
{
    return false;
}

void hb_instructions_begin(void)
{
}

uint32_t hb_instructions_end(void)
{
    return 0;
}

#else

/* Counter 0 counts instructions, counter 1 its overflows: 16 bits each. */
enum { LOW, HIGH, COUNTER_BITS = 16, LONGEST_ROM_TABLE = 32 };

#define ROM_TABLE 0xE00FF000u
#define ROM_ENTRY_PRESENT (1u << 0)
#define ROM_ENTRY_OFFSET 0xFFFFF000u

static bool found;

/* No identification register of the core tells of the unit; the table that lists all debug components does. */
static bool listed(void)
{
    for (uint32_t n = 0; n < LONGEST_ROM_TABLE; ++n) {
        const uint32_t entry = HB_REGISTER(ROM_TABLE + 4u * n);
        if (entry == 0)
            return false;
        if (entry & ROM_ENTRY_PRESENT && ROM_TABLE + (entry & ROM_ENTRY_OFFSET) == PMU_BASE)
            return true;
    }
    return false;
}

void hb_instructions_start(void)
{
    found = listed() && PMU_DEVARCH == PMU_DEVARCH_V8M;
    if (!found)
        return;
    DEMCR |= DEMCR_TRCENA;
    PMU_EVTYPER(LOW) = PMU_INST_RETIRED;
    PMU_EVTYPER(HIGH) = PMU_CHAIN;
    PMU_CNTENSET = 1u << LOW | 1u << HIGH;
}

bool hb_instructions_countable(void)
{
    return found;
}

void hb_instructions_begin(void)
{
    hb_barrier();
    PMU_CTRL = PMU_CTRL_RESET_COUNTERS;
    PMU_CTRL = PMU_CTRL_ENABLE;
    hb_barrier();
}

uint32_t hb_instructions_end(void)
{
    hb_barrier();
    PMU_CTRL = 0;
    hb_barrier();
    return PMU_EVCNTR(HIGH) << COUNTER_BITS | PMU_EVCNTR(LOW);
}

#endif
