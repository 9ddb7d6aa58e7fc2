/* What a measurement depends on, as far as the firmware can see it. */
#include "board.h"
#include "cache.h"
#include "commands.h"
#include "console.h"
#include "cycles.h"
#include "instructions.h"
#include "selected.h"

#define FIRMWARE_VERSION "4"

static void text(const char *key, const char *value)
{
    hb_print("m-env-[%s=%s]%C\n", key, value);
}

static void number(const char *key, uint32_t value)
{
    hb_print("m-env-[%s=%u]%C\n", key, value);
}

static void word(const char *key, uint32_t value)
{
    hb_print("m-env-[%s=%x]%C\n", key, value);
}

void hb_command_env(char *arguments)
{
    (void)arguments;
    text("firmware", FIRMWARE_VERSION);
    text("image", hb_image_digest);
    number("clock_hz", hb_board_clock_hz());
    word("core_id", SCB_CPUID);
    word("chip_id", hb_board_chip_id());
    hb_print("m-env-[uid=");
    for (uint32_t n = 0; n < HB_UNIQUE_ID_BYTES; ++n)
        hb_print("%b", hb_board_unique_id()[n]);
    hb_print("]%C\n");
    text("icache", hb_icache_enabled() ? "on" : "off");
    text("dcache", hb_dcache_enabled() ? "on" : "off");
    number("flash_ws", hb_board_flash_wait_states());
    text("placement", hb_placement);
    number("overhead_cycles", hb_overhead_cycles());
    text("counter", hb_cycles_counter);
    text("instruction_counter", hb_instructions_countable() ? "pmu" : "none");
    number("cases", hb_workload_count);
}
