"""The parts of the firmware that need no hardware, compiled for this machine and called from Python."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path

from hilbench.paths import FIRMWARE_DIR

GCC = shutil.which("gcc")
LINE_BYTES = 640
"""HB_LINE_BYTES of line.h."""

_COMMON = FIRMWARE_DIR / "common"
_SOURCES = ("tokens.c", "line.c", "crc32.c", "fill.c", "cobs.c")
_EXPORTS = """
#include "divide.h"
#define __ARM_ARCH_6M__ 1 /* what has no long multiplication */
#include "requantize.h"
int32_t doubling_high_mul(int32_t a, int32_t b)
{
    return hb_doubling_high_mul(a, b);
}
#include "cobs.h"
static char *coded;
static void put(char byte)
{
    *coded++ = byte;
}
uint32_t encode(const uint8_t *data, uint32_t bytes, uint8_t delimiter, char *to)
{
    coded = to;
    hb_cobs_encode(data, bytes, delimiter, put);
    return (uint32_t)(coded - to);
}
uint32_t decode(const uint8_t *from, uint32_t bytes, uint8_t delimiter, uint8_t *to)
{
    hb_cobs_t cobs = {0};
    const uint8_t *const begin = to;
    for (; bytes > 0; --bytes)
        if (hb_cobs_feed(&cobs, *from++, delimiter, to))
            ++to;
    return (uint32_t)(to - begin);
}
uint64_t divide(uint64_t dividend, uint32_t divisor, uint32_t *remainder)
{
    return hb_divide(dividend, divisor, remainder);
}
"""


class Line(ctypes.Structure):
    """hb_line_t."""

    _fields_ = (
        ("text", ctypes.c_char * LINE_BYTES),
        ("length", ctypes.c_uint32),
        ("too_long", ctypes.c_bool),
    )


def load_plain_c(folder: Path) -> ctypes.CDLL:
    """Compile into `folder`, warnings being errors, and load with types declared."""
    assert GCC is not None
    exports = folder / "exports.c"
    exports.write_text(_EXPORTS)
    library = folder / "plain.so"
    sources = [_COMMON / name for name in _SOURCES]
    strict = ("-std=c99", "-O1", "-Wall", "-Wextra", "-Werror", "-fsanitize=undefined")
    traps = ("-fsanitize-undefined-trap-on-error", "-ffp-contract=off", "-shared", "-fPIC")
    subprocess.run([GCC, *strict, *traps, f"-I{_COMMON}", "-o", library, exports, *sources], check=True)
    loaded = ctypes.CDLL(str(library))
    loaded.divide.restype = ctypes.c_uint64
    loaded.divide.argtypes = (ctypes.c_uint64, ctypes.c_uint32, ctypes.c_void_p)
    for name in ("encode", "decode"):
        loaded[name].argtypes = (ctypes.c_char_p, ctypes.c_uint32, ctypes.c_uint8, ctypes.c_char_p)
    loaded.hb_crc32.restype = ctypes.c_uint32
    loaded.hb_crc32.argtypes = (ctypes.c_char_p, ctypes.c_uint32)
    loaded.hb_fill.restype = None
    loaded.hb_fill.argtypes = (ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint32)
    loaded.hb_token.restype = ctypes.c_void_p
    loaded.hb_token.argtypes = (ctypes.POINTER(ctypes.c_void_p),)
    for name in ("hb_parse_unsigned", "hb_parse_hex32", "hb_line_feed"):
        loaded[name].restype = ctypes.c_bool
    loaded.hb_line_feed.argtypes = (ctypes.POINTER(Line), ctypes.c_char)
    return loaded
