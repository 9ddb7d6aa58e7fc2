/* RAM that the firmware sets aside. A chip with an ARMv6-M core has a few KiB in all, so that cases get most of it. */
#ifndef HILBENCH_CAPACITY_H
#define HILBENCH_CAPACITY_H

#ifdef __ARM_ARCH_6M__
enum { HB_FRAME_BYTES = 64, HB_SAMPLES = 24 };
#else
enum {
    HB_FRAME_BYTES = 256, /* largest frame that `write` takes */
    HB_SAMPLES = 256      /* runs between two answers of `case warm` and `case cold` */
};
#endif

/* The longest command writes a frame: its bytes in hex, two numbers and a checksum. */
enum { HB_LINE_BYTES = 2 * HB_FRAME_BYTES + 128 };

#endif
