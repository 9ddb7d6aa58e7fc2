/* Double-precision arithmetic in every form that compilers emit, on numbers the test puts in. */
#include "harness.h"

volatile double a, b, c;
volatile double sum, difference, product, quotient, root, negated, magnitude, fused, larger, constant;
volatile float narrowed;
volatile double widened;
volatile int32_t truncated;
volatile uint32_t unsigned_truncated;
volatile double from_int, from_unsigned;
volatile uint32_t less, equal, greater, unordered;

int main(void)
{
    __asm volatile("bkpt 0"); /* the test sets a, b and c here */
    sum = a + b;
    difference = a - b;
    product = a * b;
    quotient = a / b;
    root = __builtin_sqrt(c);
    negated = -a;
    magnitude = __builtin_fabs(a);
    fused = __builtin_fma(a, b, c);
    const double x = a, y = b;
    larger = x > y ? x : y;
    constant = a + 1.5;
    narrowed = (float)a;
    widened = narrowed;
    truncated = (int32_t)a;
    unsigned_truncated = (uint32_t)c;
    from_int = truncated;
    from_unsigned = unsigned_truncated;
    less = x < y;
    equal = x == y;
    greater = x > y;
    unordered = __builtin_isnan(x) || __builtin_isnan(y);
    return 0;
}
