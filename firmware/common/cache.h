/* Level 1 caches of a Cortex-M7; a core without any has nothing to flush. */
#ifndef HILBENCH_CACHE_H
#define HILBENCH_CACHE_H

#include <stdbool.h>

void hb_caches_enable(void);

/* Write back and forget everything, and forget learnt branches: the state a cold run starts from. */
void hb_caches_flush(void);

bool hb_icache_enabled(void);
bool hb_dcache_enabled(void);

#endif
