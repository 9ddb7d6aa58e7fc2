#include <stddef.h>

#include "board.h"
#include "commands.h"
#include "console.h"
#include "cycles.h"
#include "tokens.h"

typedef struct {
    const char *name;
    void (*run)(char *arguments);
    const char *usage;
} command_t;

static void help(char *arguments);
static void baud(char *arguments);
static void clock(char *arguments);
static void trap(char *arguments);

static const command_t commands[] = {
    {"name", hb_command_name, "name"},
    {"profile", hb_command_profile, "profile"},
    {"timestamp", hb_command_timestamp, "timestamp"},
    {"help", help, "help"},
    {"db", hb_command_db, "db load N | db HEX.. | db print"},
    {"infer", hb_command_infer, "infer N [WARMUP]"},
    {"results", hb_command_results, "results"},
    {"env", hb_command_env, "env"},
    {"case", hb_command_case,
     "case list | select N | cold N | warm N | output | instructions | window N [IDLE_US] | steps | until N | flash"},
    {"read", hb_command_read, "read out OFFSET LENGTH | read in I OFFSET LENGTH | read BANK OFFSET LENGTH"},
    {"send", hb_command_send, "send out OFFSET LENGTH | send in I OFFSET LENGTH | send BANK OFFSET LENGTH"},
    {"write", hb_command_write, "write in I OFFSET HEX.. CRC"},
    {"baud", baud, "baud N"},
    {"clock", clock, "clock CYCLES"},
    {"trap", trap, "trap"},
};

static uint32_t next_baud; /* 0: keep the rate */

static void help(char *arguments)
{
    (void)arguments;
    for (size_t n = 0; n < sizeof commands / sizeof *commands; ++n)
        hb_print("m-help-[%s]\n", commands[n].usage);
}

static void baud(char *arguments)
{
    uint32_t rate;
    if (hb_parse_unsigned(hb_token(&arguments), &rate) && hb_serial_supports(rate)) {
        hb_print("m-baud-[%u]\n", rate);
        next_baud = rate;
    } else {
        hb_print("e-[Unsupported baud rate]\n");
    }
}

/* Two lines that far apart on the core's clock, for a host that holds it against its own. */
static void clock(char *arguments)
{
    uint32_t cycles;
    if (!hb_parse_unsigned(hb_token(&arguments), &cycles) || cycles == 0 || cycles > INT32_MAX) {
        hb_print("e-[The number of cycles must be 1 to %u]\n", (uint32_t)INT32_MAX);
        return;
    }
    hb_print("m-clock-start\n");
    hb_serial_flush();
    const uint32_t start = hb_cycles();
    uint32_t passed;
    do
        passed = hb_cycles() - start;
    while (passed < cycles);
    hb_print("m-clock-stop-[%u]%C\n", passed);
}

static void trap(char *arguments)
{
    (void)arguments;
    __asm volatile("udf #0");
}

static void dispatch(char *line)
{
    char *rest = line;
    const char *const name = hb_token(&rest);
    for (size_t n = 0; n < sizeof commands / sizeof *commands; ++n)
        if (hb_equal(name, commands[n].name)) {
            commands[n].run(rest);
            return;
        }
    hb_print("e-[Unknown command: %s]\n", name);
}

void hb_execute(char *line)
{
    dispatch(line);
    hb_print("m-ready\n");
    if (next_baud) {
        hb_serial_flush();
        hb_serial_start(next_baud);
        next_baud = 0;
    }
}
