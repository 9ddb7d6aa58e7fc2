/* CoreMark's porting layer for a bare-metal Cortex-M: SysTick, which every core has, is the clock. */
#include "coremark.h"

#include <stdio.h>
#include <stdlib.h>

#define SYST_CSR (*(volatile uint32_t *)0xE000E010)
#define SYST_RVR (*(volatile uint32_t *)0xE000E014)
#define SYST_CVR (*(volatile uint32_t *)0xE000E018)

enum { ENABLE_FROM_CORE_CLOCK = 5, LONGEST = 0x00FFFFFF };

volatile ee_s32 seed1_volatile = 0;
volatile ee_s32 seed2_volatile = 0;
volatile ee_s32 seed3_volatile = 0x66;
volatile ee_s32 seed4_volatile = ITERATIONS;
volatile ee_s32 seed5_volatile = 0;
ee_u32 default_num_contexts = 1;

static uint32_t begun, ended;

void start_time(void)
{
    SYST_RVR = LONGEST;
    SYST_CVR = 0;
    SYST_CSR = ENABLE_FROM_CORE_CLOCK;
    begun = SYST_CVR;
}

void stop_time(void)
{
    ended = SYST_CVR;
}

/* Core cycles; a run of up to 2^24 of them can be told. */
CORE_TICKS get_time(void)
{
    return (begun - ended) & LONGEST;
}

secs_ret time_in_secs(CORE_TICKS ticks)
{
    return ticks;
}

void portable_init(core_portable *port, int *argc, char *argv[])
{
    (void)argc;
    (void)argv;
    port->portable_id = 1;
}

void portable_fini(core_portable *port)
{
    port->portable_id = 0;
    fflush(stdout);
}
