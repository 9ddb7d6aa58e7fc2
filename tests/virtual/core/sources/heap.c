#include "harness.h"

static volatile uint32_t limits[4] __attribute__((section(".sram")));

/* 0 when the heap and stack that it is offered are in the memory of its variables. */
int main(void)
{
    const uintptr_t argument[] = {(uintptr_t)limits};
    semihosting(SYS_HEAPINFO, (uintptr_t)argument);
    const uintptr_t here = (uintptr_t)limits;
    return here >= limits[3] && here < limits[1] && here < limits[2] ? 0 : 1;
}
