/* Faults are reported over the serial line. Source: ARMv7-M ARM B1.5.6 (frame), B3.2.15 (status registers). */
#include <stdbool.h>
#include <stdint.h>

#include "console.h"
#include "cortex_m.h"
#include "fault.h"

typedef struct {
    uint32_t r0, r1, r2, r3, r12, lr, pc, xpsr;
} frame_t;

/* From sections.ld. */
extern uint32_t hb_stack_bottom[], hb_stack_top[], hb_handler_stack_bottom[], hb_handler_stack_top[];

void hb_report_fault(const frame_t *frame, const uint32_t *r4_to_r11);

/* The frame lies on the stack in use, which EXC_RETURN (bit 2 of LR) names; r4 to r11 are still the program's.
 * ARMv6-M tests and pushes low registers only. */
__attribute__((naked)) void hb_fault(void)
{
    __asm volatile("mrs r0, msp\n\t"
                   "mov r1, lr\n\t"
                   "movs r2, #4\n\t"
                   "tst r1, r2\n\t"
                   "beq 1f\n\t"
                   "mrs r0, psp\n"
                   "1:\n\t"
                   "mov r1, r9\n\t"
                   "mov r2, r10\n\t"
                   "mov r3, r11\n\t"
                   "push {r1-r3}\n\t"
                   "mov r3, r8\n\t"
                   "push {r3}\n\t"
                   "push {r4-r7}\n\t"
                   "mov r1, sp\n\t"
                   "bl hb_report_fault");
}

static bool within(const frame_t *frame, const uint32_t *bottom, const uint32_t *top)
{
    return (uintptr_t)frame >= (uintptr_t)bottom && (uintptr_t)(frame + 1) <= (uintptr_t)top;
}

static void __attribute__((noreturn)) wait_for_reset(void)
{
    hb_print("m-ready\n");
    hb_interrupts_off();
    for (;;)
        hb_wait_for_interrupt();
}

void hb_report_fault(const frame_t *frame, const uint32_t *r4_to_r11)
{
    static const frame_t unreadable;
    const bool readable = within(frame, hb_stack_bottom, hb_stack_top) ||
                          within(frame, hb_handler_stack_bottom, hb_handler_stack_top);
    const frame_t *const f = readable ? frame : &unreadable;

    hb_print("e-[HardFault %spc=0x%x lr=0x%x xpsr=0x%x cfsr=0x%x hfsr=0x%x mmfar=0x%x bfar=0x%x",
             readable ? "" : "stack overflow ", f->pc, f->lr, f->xpsr, SCB_CFSR, SCB_HFSR, SCB_MMFAR, SCB_BFAR);
    hb_print(" sp=0x%x r0=0x%x r1=0x%x r2=0x%x r3=0x%x", (uint32_t)(uintptr_t)frame, f->r0, f->r1, f->r2, f->r3);
    for (uint32_t n = 0; n < 8; ++n)
        hb_print(" r%u=0x%x", n + 4u, r4_to_r11[n]);
    hb_print(" r12=0x%x]\n", f->r12);
    wait_for_reset();
}

void hb_halt(const char *reason)
{
    hb_print("e-[%s]\n", reason);
    wait_for_reset();
}
