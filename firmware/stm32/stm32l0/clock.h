/* The clock tree, by default a NUCLEO-L031K6's. */
#ifndef HILBENCH_CLOCK_H
#define HILBENCH_CLOCK_H

#include "board_config.h"

enum { HSI16_HZ = 16000000, CORE_HZ = BOARD_CORE_HZ };

/* The core's clock by the PLL. NULL, or what did not become ready; the core then stays on MSI. */
const char *clock_start(void);

#endif
