/* The clock tree of a B-L475E-IOT01A. */
#ifndef HILBENCH_CLOCK_H
#define HILBENCH_CLOCK_H

enum { HSI16_HZ = 16000000, CORE_HZ = 80000000 };

/* 80 MHz from the internal 4 MHz oscillator. NULL, or what did not become ready; the core then stays on MSI. */
const char *clock_start(void);

#endif
