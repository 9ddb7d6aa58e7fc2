/* Stores to each RAM, in a page that holds code, as far from its begin as what stores lies from that of flash. */
#include "harness.h"

enum { ROUNDS = 80000, PAGE = 1024, RETURN = 0x4770 /* bx lr */ };

static const uintptr_t memories[] = {0x00000000, 0x20000000, 0x24000000, 0x30000000, 0x38000000};
enum { MEMORIES = sizeof memories / sizeof *memories };

static void hold_code(uintptr_t page)
{
    *(volatile uint16_t *)(page + PAGE - 2) = RETURN;
    ((void (*)(void))(page + PAGE - 1))();
}

__attribute__((noinline)) static void store(uintptr_t offset)
{
    for (unsigned i = 0; i < MEMORIES; i++) {
        volatile uint32_t *const place = (volatile uint32_t *)(memories[i] + offset);
        *place = *place;
    }
}

int main(void)
{
    const uintptr_t offset = (uintptr_t)store & 0xFFFC;
    for (unsigned i = 0; i < MEMORIES; i++)
        hold_code(memories[i] + (offset & ~(uintptr_t)(PAGE - 1)));
    for (int round = 0; round < ROUNDS; round++)
        store(offset);
    return 0;
}
