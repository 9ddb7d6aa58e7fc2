/* For a debugger: a counter that goes up for ever, and a function to stop at. */
#include "harness.h"

volatile uint32_t counter, mark;

__attribute__((noinline)) void tick(void)
{
    ++counter;
}

int main(void)
{
    mark = 0x12345678;
    for (;;)
        tick();
}
