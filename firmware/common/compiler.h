/* What kernels ask of GCC and clang. */
#ifndef HILBENCH_COMPILER_H
#define HILBENCH_COMPILER_H

#define HB_ALIGNED(bytes) __attribute__((aligned(bytes)))

/* A function that is assembly from its first instruction to its return. */
#ifdef __clang__
#define HB_NAKED __attribute__((naked, noinline))
#else
#define HB_NAKED __attribute__((naked, noipa)) /* no caller may conclude which registers it leaves alone */
#endif
#define HB_UNUSED __attribute__((unused))

/* A function that only assembly calls. */
#define HB_CALLED_BY_NAME __attribute__((used, noinline))

/* A function of which every call is made for its literal arguments. */
#define HB_INLINE static inline __attribute__((always_inline))

/* No access to memory is moved across, lest a compiler loads ahead what then has to be spilled. */
#define HB_KEEP_ORDER() __asm__ volatile("" ::: "memory")

/* A value that stays in a register of its own: no other is computed from it. */
#define HB_KEEP(value) __asm__("" : "+r"(value))

#endif
