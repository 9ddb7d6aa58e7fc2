/* Vector table and the way from reset to main(). Source: ARMv7-M ARM B1.5. */
#include <stdint.h>

#include "cycles.h"
#include "fault.h"
#include "vectors.h"

/* From sections.ld. */
extern uint32_t hb_data_start[], hb_data_end[], hb_data_load[];
extern uint32_t hb_kernels_start[], hb_kernels_end[], hb_kernels_load[];
extern uint32_t hb_coupled_constants_start[], hb_coupled_constants_end[], hb_coupled_constants_load[];
extern uint32_t hb_sram_constants_start[], hb_sram_constants_end[], hb_sram_constants_load[];
extern uint32_t hb_case_data_start[], hb_case_data_end[], hb_case_data_load[];
extern uint32_t hb_bss_start[], hb_bss_end[];
extern uint32_t hb_case_bss_start[], hb_case_bss_end[];
extern uint32_t hb_handler_stack_top[], hb_stack_top[];

int main(void);

void hb_reset(void);
void hb_start(void);

#define UNEXPECTED {.handler = hb_fault}
#ifdef HB_COUNTS_BY_SYSTICK
#define ON_SYSTICK {.handler = hb_cycles_lap}
#else
#define ON_SYSTICK UNEXPECTED
#endif

__attribute__((section(".vectors"), used)) static const hb_vector_t vectors[16] = {
    {.stack = hb_handler_stack_top},
    {.handler = hb_reset},
    UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED, /* NMI .. UsageFault */
    {0}, {0}, {0}, {0},
    UNEXPECTED, UNEXPECTED,                                     /* SVCall, DebugMonitor */
    {0},
    UNEXPECTED, ON_SYSTICK,                                     /* PendSV, SysTick */
};

/* Thread mode gets a stack of its own, so that the fault handler still has one when that overflows. */
__attribute__((naked)) void hb_reset(void)
{
    __asm volatile("ldr r0, =hb_stack_top\n\t"
                   "msr psp, r0\n\t"
                   "movs r0, #2\n\t"
                   "msr control, r0\n\t"
                   "isb\n\t"
                   "bl hb_start");
}

static void copy(uint32_t *to, const uint32_t *end, const uint32_t *from)
{
    if (to != from)
        while (to < end)
            *to++ = *from++;
}

static void clear(uint32_t *word, const uint32_t *end)
{
    while (word < end)
        *word++ = 0;
}

void hb_start(void)
{
#ifdef __ARM_FP
    SCB_CPACR |= SCB_CPACR_FPU;
#endif
    hb_barrier();
    SCB_VTOR = (uint32_t)vectors;
    copy(hb_data_start, hb_data_end, hb_data_load);
    copy(hb_kernels_start, hb_kernels_end, hb_kernels_load);
    copy(hb_coupled_constants_start, hb_coupled_constants_end, hb_coupled_constants_load);
    copy(hb_sram_constants_start, hb_sram_constants_end, hb_sram_constants_load);
    copy(hb_case_data_start, hb_case_data_end, hb_case_data_load);
    clear(hb_bss_start, hb_bss_end);
    clear(hb_case_bss_start, hb_case_bss_end);
    hb_barrier();
    main();
}
