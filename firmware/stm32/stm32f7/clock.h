/* The clock tree of a NUCLEO-F767ZI. */
#ifndef HILBENCH_CLOCK_H
#define HILBENCH_CLOCK_H

enum { HSI_HZ = 16000000, CORE_HZ = 216000000 };

/* 216 MHz from the ST-Link's 8 MHz. NULL, or what did not become ready; the core then stays on HSI. */
const char *clock_start(void);

#endif
