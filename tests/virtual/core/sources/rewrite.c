/* Code in RAM that is overwritten and run again, in each way that the emulator may miss. */
#include "harness.h"

enum { PAGE = 1024, RETURN = 0x4770 /* bx lr */, WAYS = 6 };

static uint16_t code[PAGE] __attribute__((aligned(PAGE)));
static volatile uint32_t elsewhere[512 * PAGE / 4 - 64] __attribute__((section(".sram")));
volatile uint32_t results[WAYS][2];

__attribute__((noinline)) static uint32_t call(const uint16_t *function)
{
    __asm volatile("dsb\n\tisb" ::: "memory");
    return ((uint32_t(*)(void))((uintptr_t)function | 1))();
}

__attribute__((noinline)) static void put(volatile uint16_t *place, uint16_t value)
{
    place[1] = RETURN;
    place[0] = 0x2000 | value; /* movs r0, #value */
}

/* What the handler does, privileged; the thread is not, and the emulator shows memory to each apart. */
static void (*job)(void);

void sv_call(void)
{
    job();
}

static void let_handler(void (*function)(void))
{
    job = function;
    __asm volatile("svc 0" ::: "memory");
}

/* The page holds no code yet, and is stored to at full speed. */
static void use_as_data(void)
{
    for (int i = 0; i < PAGE; i++)
        code[i] = (uint16_t)i;
    __asm volatile("" ::: "memory");
}

static uint16_t fresh[PAGE] __attribute__((aligned(PAGE)));
static uint16_t value;

static void use_fresh_as_data(void)
{
    put(fresh, 1);
}

static void put_behind_data(void)
{
    put(fresh, 2);
    put(fresh + 8, value);
}

static void put_into_code(void)
{
    use_as_data();
    put(code + 16, value);
}

static void call_in_handler(void)
{
    results[3][value - 40] = call(code + 24);
}

int main(void)
{
    __asm volatile("msr control, %0\n\tisb" ::"r"(1) : "memory");
    use_as_data();
    for (int i = 0; i < 2; i++) {
        put(code, (uint16_t)(10 + i));
        results[0][i] = call(code);
    }
    for (int i = 0; i < 2; i++) { /* so many pages are touched that the emulator forgets this one */
        put(code + 8, (uint16_t)(20 + i));
        results[1][i] = call(code + 8);
        for (uint32_t page = 0; page < 500; page++)
            elsewhere[page * PAGE / 4] += page;
        use_as_data();
    }
    for (int i = 0; i < 2; i++) { /* written by the handler, run by the thread */
        value = (uint16_t)(30 + i);
        let_handler(put_into_code);
        results[2][i] = call(code + 16);
    }
    for (int i = 0; i < 2; i++) { /* and the other way round */
        value = (uint16_t)(40 + i);
        put(code + 24, value);
        let_handler(call_in_handler);
    }
    let_handler(use_fresh_as_data); /* the first code in a page that was data for the handler */
    put(fresh + 8, 50);
    results[4][0] = call(fresh + 8);
    value = 51;
    let_handler(put_behind_data);
    results[4][1] = call(fresh + 8);
    /* Code that replaces an instruction of its own: strh r1, [r0]; isb; movs r0, #60; bx lr */
    static const uint16_t itself[] = {0x8001, 0xF3BF, 0x8F6F, 0x2000 | 60, RETURN};
    for (int i = 0; i < 5; i++)
        ((volatile uint16_t *)code)[i] = itself[i];
    uint32_t (*replace)(uint16_t *, uint32_t) = (uint32_t(*)(uint16_t *, uint32_t))((uintptr_t)code | 1);
    __asm volatile("dsb\n\tisb" ::: "memory");
    for (int i = 0; i < 2; i++)
        results[5][i] = replace(code + 3, 0x2000 | (60u + (uint32_t)i));
    return 0;
}
