/* Waits for a bit that never comes, of a peripheral that is not there or of one that is. */
#include "harness.h"

#ifdef EMULATED
#define STATUS REGISTER(0x4000481C) /* USART3, nothing received */
#else
#define STATUS REGISTER(0x40013008) /* SPI1 */
#endif

__attribute__((noinline)) void wait_for_it(void)
{
    while (!(STATUS & 0x20))
        ;
}

int main(void)
{
    wait_for_it();
    return 42;
}
