/* The end of a program that did what a core cannot do. */
#ifndef HILBENCH_FAULT_H
#define HILBENCH_FAULT_H

/* Exception handler: sends the registers to the host, then waits for a reset. */
void hb_fault(void);

/* Send `e-[reason]` and the final m-ready, then wait for a reset. */
void hb_halt(const char *reason) __attribute__((noreturn));

#endif
