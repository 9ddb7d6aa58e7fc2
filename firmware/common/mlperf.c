/* Commands of MLPerf Tiny, on the selected workload; errors are spelled as the reference firmware spells them. */
#include "board.h"
#include "commands.h"
#include "console.h"
#include "cycles.h"
#include "selected.h"
#include "tokens.h"

enum { DEFAULT_ITERATIONS = 1, DEFAULT_WARM_UP = 10, BYTES_A_LINE = 8, MAX_RESULTS = HB_RESULT_BYTES / 4, PULSE_US = 2 };

/* Progress of `db load`. */
static uint32_t expected_bytes;
static uint32_t loaded_bytes;

void hb_command_name(char *arguments)
{
    (void)arguments;
    hb_print("m-name-dut-[hilbench]\n");
}

void hb_command_profile(char *arguments)
{
    (void)arguments;
    hb_print("m-profile-[ULPMark for tinyML Firmware V0.0.1]\nm-model-[%s]\n", hb_selected()->id);
}

/* A falling edge for the power meter and a time for the host: both modes of the standard at once. */
void hb_command_timestamp(char *arguments)
{
    (void)arguments;
    const uint64_t now = hb_awake_us();
    hb_trigger_low();
    while (hb_awake_us() < now + PULSE_US)
        ;
    hb_trigger_high();
    hb_print("m-lap-us-%U\n", now);
}

static void load(char *arguments)
{
    const char *const word = hb_token(&arguments);
    uint32_t bytes;
    if (!*word)
        hb_print("e-[Command 'db load' requires the # of bytes]\n");
    else if (!hb_parse_unsigned(word, &bytes) || bytes == 0)
        hb_print("e-[Command 'db load' must be >0 bytes]\n");
    else if (bytes > hb_input(0).bytes)
        hb_print("e-[Command 'db load' must be <=%u bytes]\n", hb_input(0).bytes);
    else {
        expected_bytes = bytes;
        loaded_bytes = 0;
        hb_print("m-[Expecting %u bytes]\n", bytes);
    }
}

static void append(const char *digits)
{
    for (; *digits; digits += 2) {
        if (!digits[1]) {
            hb_print("e-[Insufficent number of hex digits]\n");
            return;
        }
        const int high = hb_hex_digit(digits[0]);
        const int low = hb_hex_digit(digits[1]);
        if (high < 0 || low < 0) {
            hb_print("e-[Invalid hex digit '%c%c']\n", digits[0], digits[1]);
            return;
        }
        if (loaded_bytes == expected_bytes) {
            hb_print("e-[More bytes than 'db load' announced]\n");
            return;
        }
        hb_input(0).data[loaded_bytes++] = (uint8_t)(high << 4 | low);
        hb_input_written();
        if (loaded_bytes == expected_bytes)
            hb_print("m-load-done\n");
    }
}

static void print_buffer(void)
{
    for (uint32_t n = 0; n < loaded_bytes; ++n) {
        hb_print(n % BYTES_A_LINE ? "-%b" : "m-buffer-%b", hb_input(0).data[n]);
        if (n % BYTES_A_LINE == BYTES_A_LINE - 1 || n + 1u == loaded_bytes)
            hb_print("\n");
    }
}

void hb_command_db(char *arguments)
{
    const char *const word = hb_token(&arguments);
    if (!*word)
        hb_print("e-[Command 'db' requires a subcommand]\n");
    else if (hb_equal(word, "load"))
        load(arguments);
    else if (hb_equal(word, "print"))
        print_buffer();
    else
        append(word);
}

void hb_command_infer(char *arguments)
{
    const char *const iterations_word = hb_token(&arguments);
    const char *const warm_up_word = hb_token(&arguments);
    uint32_t iterations = DEFAULT_ITERATIONS;
    uint32_t warm_up = DEFAULT_WARM_UP;
    if (*iterations_word && (!hb_parse_unsigned(iterations_word, &iterations) || iterations == 0)) {
        hb_print("e-[Inference iterations must be >0]\n");
        return;
    }
    if (*warm_up_word && !hb_parse_unsigned(warm_up_word, &warm_up)) {
        hb_print("e-[Inference warmup must be >=0]\n");
        return;
    }
    hb_print("m-warmup-start-%u\n", warm_up);
    hb_run_plain(warm_up);
    hb_print("m-warmup-done\nm-infer-start-%u\n", iterations);
    hb_command_timestamp(arguments);
    hb_run_plain(iterations);
    hb_command_timestamp(arguments);
    hb_print("m-infer-done\n");
    hb_command_results(arguments);
}

/* Three decimals; what is beyond 32 bits saturates. */
static void print_float(float value)
{
    if (value != value) {
        hb_print("nan");
        return;
    }
    const float magnitude = value < 0.0f ? -value : value;
    if (value < 0.0f)
        hb_print("-");
    if (magnitude >= 0x1p32f) {
        hb_print("%u.000", UINT32_MAX);
        return;
    }
    uint32_t whole = (uint32_t)magnitude;
    uint32_t thousandths = (uint32_t)((magnitude - (float)whole) * 1000.0f + 0.5f);
    if (thousandths == 1000u) {
        ++whole;
        thousandths = 0;
    }
    hb_print("%u.%c%c%c", whole, '0' + (int)(thousandths / 100u), '0' + (int)(thousandths / 10u % 10u),
             '0' + (int)(thousandths % 10u));
}

static uint32_t size_of(enum hb_dtype dtype)
{
    switch (dtype) {
    case HB_INT8:
    case HB_UINT8:
        return sizeof(int8_t);
    case HB_INT16:
        return sizeof(int16_t);
    default:
        return sizeof(float);
    }
}

/* An element of a tensor of integers. */
static int32_t whole_element(const void *tensor, enum hb_dtype dtype, uint32_t index)
{
    switch (dtype) {
    case HB_INT8:
        return ((const int8_t *)tensor)[index];
    case HB_UINT8:
        return ((const uint8_t *)tensor)[index];
    case HB_INT16:
        return ((const int16_t *)tensor)[index];
    default:
        return ((const int32_t *)tensor)[index];
    }
}

/* The first values of the output of the last run, or of the first on loaded inputs that a run overwrites: integers as they are, without their scale. */
void hb_command_results(char *arguments)
{
    (void)arguments;
    const hb_tensor_t output = hb_results();
    const enum hb_dtype dtype = hb_selected()->output.dtype;
    const uint32_t count = output.bytes / size_of(dtype);
    hb_print("m-results-[");
    for (uint32_t n = 0; n < count && n < MAX_RESULTS; ++n) {
        if (n)
            hb_print(",");
        if (dtype == HB_FLOAT32)
            print_float(((const float *)(const void *)output.data)[n]);
        else
            hb_print("%d.000", whole_element(output.data, dtype, n));
    }
    hb_print("]\n");
}
