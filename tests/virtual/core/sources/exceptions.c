/* Order of service: SVC at once, then the more urgent interrupt inside the less urgent one, PendSV last. */
#include "harness.h"

char trace[16]; /* zero-terminated by start-up */
volatile uint32_t length;
volatile uint32_t ipsr_inside;
volatile float kept;

static void note(char what)
{
    trace[length++] = what;
}

void sv_call(void)
{
    note('S');
}

void irq1(void)
{
    note('u');
}

void irq0(void)
{
    note('(');
    uint32_t ipsr;
    __asm volatile("mrs %0, ipsr" : "=r"(ipsr));
    ipsr_inside = ipsr;
    NVIC_ISPR(0) = 1 << 1;
    __asm volatile("dsb\n\tisb\n\tnop");
    kept = kept * 3.0f + 1.0f;
    note(')');
}

void pend_sv(void)
{
    note('P');
}

int main(void)
{
    SCB_SHPR3 = 0xF0 << 16;
    NVIC_PRIORITY(0) = 0x80;
    NVIC_PRIORITY(1) = 0x40;
    NVIC_ISER(0) = 3;
    __asm volatile("svc 0");
    __asm volatile("cpsid i");
    SCB_ICSR = 1 << 28;
    NVIC_ISPR(0) = 1;
    note('-');
    uint32_t quarter;
    __asm volatile("vmov.f32 s1, #0.25\n\tcpsie i\n\tisb\n\tvmov %0, s1" : "=r"(quarter) : : "s1");
    note(quarter == 0x3E800000 ? '.' : '?');
    return (int)length;
}
