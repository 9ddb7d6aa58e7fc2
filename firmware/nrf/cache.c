/* The instruction cache in front of the flash; disabling it invalidates it. Source: nRF52840 PS, NVMC, ICACHECNF. */
#include "cache.h"
#include "nrf.h"

void hb_caches_enable(void)
{
    NVMC_ICACHECNF = NVMC_ICACHECNF_CACHEEN;
    hb_barrier();
}

void hb_caches_flush(void)
{
    NVMC_ICACHECNF = 0;
    hb_barrier();
    hb_caches_enable();
}

bool hb_icache_enabled(void)
{
    return NVMC_ICACHECNF & NVMC_ICACHECNF_CACHEEN;
}

bool hb_dcache_enabled(void)
{
    return false;
}
