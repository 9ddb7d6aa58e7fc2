/* The SIMD instructions of the Armv7E-M DSP extension, and the same in plain C for cores without. */
#ifndef HILBENCH_DSP_H
#define HILBENCH_DSP_H

#include "compiler.h"
#include "words.h"

/* Whether the core issues two instructions at a time. Compilers do not tell which core they compile for;
 * of those with the DSP extension only the Cortex-M7 has double precision. */
#if defined(__ARM_FP) && (__ARM_FP & 8)
#define HB_DUAL_ISSUE 1
#else
#define HB_DUAL_ISSUE 0
#endif

#ifdef __ARM_FEATURE_DSP
#include "dsp_assembly.h"
#else
#include "dsp_portable.h"
#endif

#endif
