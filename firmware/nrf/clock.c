/* The core always runs at 64 MHz; what can be chosen is how exactly. Source: nRF52840 PS, CLOCK. */
#include <stddef.h>

#include "clock.h"
#include "nrf.h"

/* Over 100 ms; the crystal needs less than one. */
enum { PATIENCE = 1000000 };

const char *clock_start(void)
{
    CLOCK_EVENTS_HFCLKSTARTED = 0;
    CLOCK_TASKS_HFCLKSTART = 1;
    for (int tries = 0; tries < PATIENCE; ++tries)
        if (CLOCK_EVENTS_HFCLKSTARTED)
            return NULL;
    return "The 32 MHz crystal (HFXO) did not start";
}
