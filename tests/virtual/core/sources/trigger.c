/* A pulse of known length on the trigger pin, PF3. */
#include "harness.h"

#define GPIOF(offset) REGISTER(0x58021400 + (offset))

int main(void)
{
    GPIOF(0x18) = 1 << 3;
    GPIOF(0x00) = (GPIOF(0x00) & ~(3u << 6)) | 1u << 6;
    DWT_CTRL |= 1;
    GPIOF(0x18) = 1 << 19;
    const uint32_t begin = DWT_CYCCNT;
    for (volatile int wait = 0; wait < 100000; ++wait)
        ;
    const uint32_t end = DWT_CYCCNT;
    GPIOF(0x18) = 1 << 3;
    *(volatile uint32_t *)0x38000000 = end - begin;
    return 0;
}
