"""What every Cortex-M has on its private bus: interrupts, system control, timer, cycle counter."""
