/* The clock tree of a NUCLEO-H743ZI2. */
#ifndef HILBENCH_CLOCK_H
#define HILBENCH_CLOCK_H

enum { HSI_HZ = 64000000, CORE_HZ = 480000000 };

/* 480 MHz from the ST-Link's 8 MHz. NULL, or what did not become ready; the core then stays on HSI. */
const char *clock_start(void);

#endif
