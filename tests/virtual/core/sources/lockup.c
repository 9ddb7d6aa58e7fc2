#include "harness.h"

void hard_fault(void)
{
    __asm volatile("udf #1");
}

int main(void)
{
    __asm volatile("udf #0");
    return 0;
}
