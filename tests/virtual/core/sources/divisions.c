/* A calculator that divides between jump tables, calls and conditional code. */
#include "harness.h"

volatile uint32_t result;

static uint32_t greatest_common_divisor(uint32_t a, uint32_t b)
{
    while (b) {
        uint32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

__attribute__((noinline)) static int32_t calculate(uint32_t operation, int32_t a, int32_t b)
{
    switch (operation) {
    case 0: return a + b;
    case 1: return a / (b | 1);
    case 2: return (int32_t)((uint32_t)a % ((uint32_t)b | 1));
    case 3: return b > 0 ? a / b : b < 0 ? a % b : a;
    case 4: return (int32_t)greatest_common_divisor((uint32_t)a, (uint32_t)b);
    case 5: return a > b ? a - b : b - a;
    default: return a ^ b;
    }
}

int main(void)
{
    uint32_t seed = 1, sum = 0;
    for (int round = 0; round < 5000; round++) {
        seed = seed * 1664525 + 1013904223;
        int32_t first = (int32_t)(seed >> (seed & 31));
        seed = seed * 1664525 + 1013904223;
        sum = sum * 31 + (uint32_t)calculate(seed >> 29, first, (int32_t)seed >> (seed >> 3 & 31));
    }
    result = sum;
    return 0;
}
