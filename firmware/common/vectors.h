/* Entries of the vector table; a chip family adds its interrupts in section `.vectors.interrupts`. */
#ifndef HILBENCH_VECTORS_H
#define HILBENCH_VECTORS_H

#include <stdint.h>

typedef union {
    uint32_t *stack; /* the first entry: initial stack pointer */
    void (*handler)(void);
} hb_vector_t;

#endif
