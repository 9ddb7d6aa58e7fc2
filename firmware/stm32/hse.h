/* Start of the external clock (HSE), by bits that RCC_CR has on every chip here. */
#ifndef HILBENCH_STM32_HSE_H
#define HILBENCH_STM32_HSE_H

#include <stddef.h>

#include "board_config.h"
#include "chip.h"

static inline const char *stm32_start_hse(void)
{
    if (BOARD_CLOCK_HSE_BYPASS)
        RCC_CR |= RCC_CR_HSEBYP;
    RCC_CR |= RCC_CR_HSEON;
    return stm32_is_set(&RCC_CR, RCC_CR_HSERDY) ? NULL : "The external clock (HSE) did not start";
}

#endif
