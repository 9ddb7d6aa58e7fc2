/* Code in RAM that is overwritten and run again. */
#include "harness.h"

static uint16_t code[2] __attribute__((aligned(4)));
volatile uint32_t first, second;

static uint32_t call(void)
{
    __asm volatile("dsb\n\tisb");
    return ((uint32_t(*)(void))((uintptr_t)code | 1))();
}

int main(void)
{
    code[0] = 0x2000 | 11; /* movs r0, #11 */
    code[1] = 0x4770;      /* bx lr */
    first = call();
    code[0] = 0x2000 | 22;
    second = call();
    return 0;
}
