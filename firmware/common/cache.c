/* Cache maintenance by set and way. Source: ARMv7-M ARM B2.2.7 and B3.2.24; Cortex-M7 TRM (DDI 0489F) 3.3. */
#include "cache.h"
#include "cortex_m.h"

/* A family whose caches belong to its flash brings its own functions. */
#define HB_BY_DEFAULT __attribute__((weak))

#ifndef __ARM_ARCH_6M__

/* Apply a set/way operation to every line of the level 1 data cache. */
static void for_each_line(volatile uint32_t *operation)
{
    SCB_CSSELR = 0;
    hb_barrier();
    const uint32_t geometry = SCB_CCSIDR;
    const uint32_t sets = ((geometry >> 13) & 0x7FFFu) + 1u;
    const uint32_t ways = ((geometry >> 3) & 0x3FFu) + 1u;
    const uint32_t set_shift = (geometry & 7u) + 4u;
    const uint32_t way_shift = ways > 1u ? (uint32_t)__builtin_clz(ways - 1u) : 0u;

    for (uint32_t way = 0; way < ways; ++way)
        for (uint32_t set = 0; set < sets; ++set)
            *operation = way << way_shift | set << set_shift;
    hb_barrier();
}

static bool absent(void)
{
    return SCB_CLIDR == 0;
}

HB_BY_DEFAULT void hb_caches_enable(void)
{
    if (absent())
        return;
    for_each_line(&SCB_DCISW); /* at reset the lines hold noise */
    SCB_ICIALLU = 0;
    hb_barrier();
    SCB_CCR |= SCB_CCR_ICACHE | SCB_CCR_DCACHE;
    hb_barrier();
}

HB_BY_DEFAULT void hb_caches_flush(void)
{
    if (absent())
        return;
    for_each_line(&SCB_DCCISW);
    SCB_ICIALLU = 0;
    SCB_BPIALL = 0;
    hb_barrier();
}

HB_BY_DEFAULT bool hb_icache_enabled(void)
{
    return SCB_CCR & SCB_CCR_ICACHE;
}

HB_BY_DEFAULT bool hb_dcache_enabled(void)
{
    return SCB_CCR & SCB_CCR_DCACHE;
}

#else /* ARMv6-M has no caches, and no registers that would say so */

HB_BY_DEFAULT void hb_caches_enable(void)
{
}

HB_BY_DEFAULT void hb_caches_flush(void)
{
}

HB_BY_DEFAULT bool hb_icache_enabled(void)
{
    return false;
}

HB_BY_DEFAULT bool hb_dcache_enabled(void)
{
    return false;
}

#endif
