/* The clock tree of a NUCLEO-L031K6. */
#ifndef HILBENCH_CLOCK_H
#define HILBENCH_CLOCK_H

enum { HSI16_HZ = 16000000, CORE_HZ = 32000000 };

/* 32 MHz from HSI16. NULL, or what did not become ready; the core then stays on MSI. */
const char *clock_start(void);

#endif
