/* Core registers and instructions of a Cortex-M.
 * Source: ARMv7-M Architecture Reference Manual (DDI 0403E), sections B2 and B3; ARMv6-M (DDI 0419E), B3; Armv8-M
 * (DDI 0553), D1.2. */
#ifndef HILBENCH_CORTEX_M_H
#define HILBENCH_CORTEX_M_H

#include <stdint.h>

#define HB_REGISTER(address) (*(volatile uint32_t *)(address))

#define SYST_CSR HB_REGISTER(0xE000E010u)
#define SYST_RVR HB_REGISTER(0xE000E014u)
#define SYST_CVR HB_REGISTER(0xE000E018u)
#define NVIC_ISER(word) HB_REGISTER(0xE000E100u + 4u * (word))
#define NVIC_ICER(word) HB_REGISTER(0xE000E180u + 4u * (word))
#define SCB_CPUID HB_REGISTER(0xE000ED00u)
#define SCB_ICSR HB_REGISTER(0xE000ED04u)
#define SCB_VTOR HB_REGISTER(0xE000ED08u)
#define SCB_CCR HB_REGISTER(0xE000ED14u)
#ifdef __ARM_ARCH_6M__ /* does not tell why it faulted */
#define SCB_CFSR 0u
#define SCB_HFSR 0u
#define SCB_MMFAR 0u
#define SCB_BFAR 0u
#else
#define SCB_CFSR HB_REGISTER(0xE000ED28u)
#define SCB_HFSR HB_REGISTER(0xE000ED2Cu)
#define SCB_MMFAR HB_REGISTER(0xE000ED34u)
#define SCB_BFAR HB_REGISTER(0xE000ED38u)
#endif
#define SCB_CLIDR HB_REGISTER(0xE000ED78u)
#define SCB_CCSIDR HB_REGISTER(0xE000ED80u)
#define SCB_CSSELR HB_REGISTER(0xE000ED84u)
#define SCB_CPACR HB_REGISTER(0xE000ED88u)
#define SCB_ICIALLU HB_REGISTER(0xE000EF50u)
#define SCB_DCISW HB_REGISTER(0xE000EF60u)
#define SCB_DCCISW HB_REGISTER(0xE000EF74u)
#define SCB_BPIALL HB_REGISTER(0xE000EF78u)
#define DEMCR HB_REGISTER(0xE000EDFCu)
#define DWT_CTRL HB_REGISTER(0xE0001000u)
#define DWT_CYCCNT HB_REGISTER(0xE0001004u)
#define DWT_LAR HB_REGISTER(0xE0001FB0u)
#define PMU_BASE 0xE0003000u
#define PMU_EVCNTR(counter) HB_REGISTER(PMU_BASE + 4u * (counter))
#define PMU_EVTYPER(counter) HB_REGISTER(PMU_BASE + 0x400u + 4u * (counter))
#define PMU_CNTENSET HB_REGISTER(PMU_BASE + 0xC00u)
#define PMU_CTRL HB_REGISTER(PMU_BASE + 0xE04u)
#define PMU_DEVARCH HB_REGISTER(PMU_BASE + 0xFBCu)

#define SYST_CSR_ENABLE (1u << 0)
#define SYST_CSR_TICKINT (1u << 1)
#define SYST_CSR_CORE_CLOCK (1u << 2)
#define SYST_CSR_COUNTFLAG (1u << 16)
#define SYST_MAX 0x00FFFFFFu
#define SCB_ICSR_PENDSTCLR (1u << 25)
#define SCB_ICSR_PENDSTSET (1u << 26)
#define SCB_CCR_DCACHE (1u << 16)
#define SCB_CCR_ICACHE (1u << 17)
#define SCB_CPACR_FPU (0xFu << 20)
#define DEMCR_TRCENA (1u << 24)
#define DWT_CTRL_CYCCNTENA (1u << 0)
#define DWT_UNLOCK 0xC5ACCE55u
#define PMU_INST_RETIRED 0x08u
#define PMU_CHAIN 0x1Eu
#define PMU_CTRL_ENABLE (1u << 0)
#define PMU_CTRL_RESET_COUNTERS (1u << 1)
#define PMU_DEVARCH_V8M 0x47700A06u

static inline void hb_interrupts_off(void)
{
    __asm volatile("cpsid i" ::: "memory");
}

static inline void hb_interrupts_on(void)
{
    __asm volatile("cpsie i" ::: "memory");
}

/* Sleep until an interrupt is pending; with interrupts off it stays pending. */
static inline void hb_wait_for_interrupt(void)
{
    __asm volatile("dsb\n\twfi\n\tisb" ::: "memory");
}

/* All memory accesses so far are done, and what follows is fetched anew. */
static inline void hb_barrier(void)
{
    __asm volatile("dsb\n\tisb" ::: "memory");
}

static inline uint32_t *hb_stack_pointer(void)
{
    uint32_t *pointer;
    __asm volatile("mov %0, sp" : "=r"(pointer));
    return pointer;
}

#endif
