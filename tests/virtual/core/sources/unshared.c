/* With FPCCR.ASPEN clear, as an operating system has it whose floating point belongs to one thread, an
   exception stacks eight words, and the registers and FPSCR are the handler's as they were. */
#include "harness.h"

volatile uint32_t exc_return, frame, inside;
uint32_t before;

__attribute__((naked)) void sv_call(void)
{
    __asm volatile("ldr r0, =exc_return\n\t"
                   "str lr, [r0]\n\t"
                   "ldr r0, =frame\n\t"
                   "str sp, [r0]\n\t"
                   "vmrs r1, fpscr\n\t"
                   "vadd.f32 s5, s5, s5\n\t"
                   "vmrs r2, fpscr\n\t"
                   "eors r1, r2\n\t"
                   "ldr r0, =inside\n\t"
                   "str r1, [r0]\n\t"
                   "bx lr\n\t"
                   ".ltorg");
}

int main(void)
{
    uint32_t rounding, doubled;
    REGISTER(0xE000EF34) = 0;
    __asm volatile("dsb\n\tisb");
    __asm volatile("mov r0, #0x400000\n\t" /* round towards plus infinity */
                   "vmsr fpscr, r0\n\t"
                   "vmov.f32 s5, #1.5\n\t"
                   "ldr r1, =before\n\t"
                   "str sp, [r1]\n\t"
                   "svc 0\n\t"
                   "vmrs %0, fpscr\n\t"
                   "vmov %1, s5"
                   : "=r"(rounding), "=r"(doubled)
                   :
                   : "r0", "r1", "s5", "memory");
    if (!(exc_return & 1 << 4) || before - frame > 36)
        return 1;
    if (inside || rounding != 0x400000 || doubled != 0x40400000)
        return 2;
    return 42;
}
