/* A plain int8 3x3 convolution, 64x64x16, over and over: what the virtual board spends its days with. */
#include <stdint.h>

enum { SIDE = 64, FILTERS = 16, ROUNDS = 240 };

static int8_t image[SIDE * SIDE];
static int8_t weights[FILTERS * 9];
static int32_t sums[SIDE * SIDE];

void reset(void);

__attribute__((section(".vectors"), used)) static const uintptr_t vectors[16] = {0x20020000, (uintptr_t)reset};

static void leave(void)
{
    register uint32_t operation __asm("r0") = 0x18;
    register uint32_t reason __asm("r1") = 0x20026;
    __asm volatile("bkpt 0xab" ::"r"(operation), "r"(reason) : "memory");
}

static void convolve(const int8_t *filter)
{
    for (int y = 1; y < SIDE - 1; ++y)
        for (int x = 1; x < SIDE - 1; ++x) {
            int32_t sum = 0;
            for (int ky = 0; ky < 3; ++ky)
                for (int kx = 0; kx < 3; ++kx)
                    sum += image[(y + ky - 1) * SIDE + x + kx - 1] * filter[ky * 3 + kx];
            sums[y * SIDE + x] += sum >> 2;
        }
}

void reset(void)
{
    for (int n = 0; n < SIDE * SIDE; ++n)
        image[n] = (int8_t)(n * 7);
    for (int n = 0; n < FILTERS * 9; ++n)
        weights[n] = (int8_t)n;
    for (int round = 0; round < ROUNDS; ++round)
        for (int filter = 0; filter < FILTERS; ++filter)
            convolve(weights + filter * 9);
    leave();
}
