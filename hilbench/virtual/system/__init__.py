"""Private bus of every Cortex-M: interrupts, system control, timer, cycle counter."""
