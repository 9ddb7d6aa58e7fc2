/* The high-frequency clock of Nordic's chips. */
#ifndef HILBENCH_CLOCK_H
#define HILBENCH_CLOCK_H

enum { CORE_HZ = 64000000 };

/* 64 MHz from the 32 MHz crystal instead of the internal oscillator. NULL, or what did not start. */
const char *clock_start(void);

#endif
