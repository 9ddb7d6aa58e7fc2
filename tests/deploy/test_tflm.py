"""TFLite Micro as a deployer, with a stand-in for a checkout that has its files and calls, and one kernel."""

from __future__ import annotations

from pathlib import Path

import pytest

from hilbench.errors import ConfigError
from tests.deploy.c_library import needs_c_library
from tests.deploy.test_deployers import bench, documents, model

__all__ = ["model"]

FILES = {
    "tensorflow/lite/schema/schema_generated.h": """
#pragma once
namespace tflite {
struct Model { unsigned char data[8]; };
inline const Model *GetModel(const void *data) { return (const Model *)data; }
}
""",
    "tensorflow/lite/micro/micro_mutable_op_resolver.h": """
#pragma once
enum TfLiteStatus { kTfLiteOk, kTfLiteError };
namespace tflite {
void pool(const signed char *in, signed char *out);
using Kernel = void (*)(const signed char *, signed char *);
template <unsigned N> struct MicroMutableOpResolver {
    Kernel kernel;
    MicroMutableOpResolver() : kernel(nullptr) {}
    TfLiteStatus AddMaxPool2D() { kernel = pool; return kTfLiteOk; }
};
}
""",
    "tensorflow/lite/micro/micro_interpreter.h": """
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"
#include "tensorflow/lite/schema/schema_generated.h"
struct TfLiteTensor { union { char *raw; signed char *int8; } data; size_t bytes; };
namespace tflite {
class MicroInterpreter {
  public:
    template <unsigned N>
    MicroInterpreter(const Model *model, const MicroMutableOpResolver<N> &ops, uint8_t *arena, size_t size)
        : model_(model), kernel_(ops.kernel), arena_(arena), size_(size) {}
    TfLiteStatus AllocateTensors();
    TfLiteStatus Invoke();
    TfLiteTensor *input(size_t) { return &input_; }
    TfLiteTensor *output(size_t) { return &output_; }
    size_t arena_used_bytes() const { return 100; }
  private:
    const Model *model_;
    Kernel kernel_;
    uint8_t *arena_;
    size_t size_;
    TfLiteTensor input_, output_;
};
}
""",
    "tensorflow/lite/micro/micro_interpreter.cc": """
#include "tensorflow/lite/micro/micro_interpreter.h"
namespace tflite {
TfLiteStatus MicroInterpreter::AllocateTensors() {
    const bool is_model = model_->data[4] == 'T' && model_->data[5] == 'F';
    if (!is_model || size_ < NEEDED) return kTfLiteError;
    input_.data.raw = (char *)arena_ + 16, input_.bytes = 32;
    output_.data.raw = (char *)arena_ + 64, output_.bytes = 8;
    return kTfLiteOk;
}
TfLiteStatus MicroInterpreter::Invoke() {
    kernel_(input_.data.int8, output_.data.int8);
    for (int n = 0; n < 32; ++n) input_.data.raw[n] = 0; /* as its planner may give the place to others */
    return kTfLiteOk;
}
}
""",
    "tensorflow/lite/micro/micro_interpreter_test.cc": "#error tests are not for targets",
    "tensorflow/lite/micro/kernels/pooling.cc": """
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"
namespace tflite {
void pool(const signed char *in, signed char *out) {
    for (int y = 0; y < 2; ++y)
        for (int x = 0; x < 2; ++x)
            for (int c = 0; c < 2; ++c) {
                signed char best = -128;
                for (int n = 0; n < 4; ++n) {
                    const signed char value = in[((2 * y + n / 2) * 4 + 2 * x + n % 2) * 2 + c];
                    best = value > best ? value : best;
                }
                out[(y * 2 + x) * 2 + c] = OFFSET(best);
            }
}
}
""",
}


def checkout(folder: Path, *, needed: int = 100) -> Path:
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("NEEDED", str(needed)).replace("OFFSET", ""))
    return folder


def with_cmsis_nn(folder: Path) -> Path:
    """A checkout whose pooling is CMSIS-NN's, which gives one more, so that it can be told apart."""
    pooling = FILES["tensorflow/lite/micro/kernels/pooling.cc"].replace("OFFSET(best)", "one_more(best)")
    kernel = folder / "tensorflow/lite/micro/kernels/cmsis_nn/pooling.cc"
    library = folder / "tensorflow/lite/micro/tools/make/downloads/cmsis_nn"
    for path in (kernel, library / "Include/arm_nn.h", library / "Source/arm_nn.c"):
        path.parent.mkdir(parents=True)
    kernel.write_text(
        f'#ifdef CMSIS_NN\\nextern "C" {{\\n#include "arm_nn.h"\\n}}\\n#endif\\n{pooling}'.replace(
            "\\n", "\n"
        )
    )
    (library / "Include/arm_nn.h").write_text("signed char one_more(signed char value);\n")
    (library / "Source/arm_nn.c").write_text(
        '#include "arm_nn.h"\nsigned char one_more(signed char v) { return v + 1; }\n'
    )
    return folder


@needs_c_library
def test_the_arena_is_as_large_as_the_runtime_says(model: Path, tmp_path: Path, cache: Path) -> None:
    plain = bench(model, cache, f"tflm:{checkout(tmp_path / 'tflm')}", options=("--json", "--no-power"))
    assert plain.exit_code == 0, plain.output
    (row,) = documents(plain)
    assert (row["deployer"], row["verified"]) == ("tflm", True), row["cause"]
    assert 112 < row["ram_bytes"] < 300, "the arena, a multiple of 16, and the interpreter's variables"


@needs_c_library
def test_kernels_may_be_cmsis_nn_s(model: Path, tmp_path: Path, cache: Path) -> None:
    folder = with_cmsis_nn(checkout(tmp_path / "tflm"))
    (row,) = documents(bench(model, cache, f"tflm:{folder}:cmsis_nn", options=("--json", "--no-power")))
    assert row["deployer"] == "tflm cmsis_nn"
    assert row["difference"]["largest"] == 1, row["cause"]


@needs_c_library
def test_an_arena_that_is_too_small_is_the_row_s_cause(model: Path, tmp_path: Path, cache: Path) -> None:
    folder = checkout(tmp_path / "tflm", needed=10**7)
    (row,) = documents(bench(model, cache, f"tflm:{folder}", options=("--json", "--no-power")))
    assert row["status"] == "measure_failed"
    assert "AllocateTensors failed" in row["cause"]


@pytest.mark.parametrize(
    ("kernels", "sentence"), [("", "has no tensorflow/lite/micro"), (":fast", "knows no kernels")]
)
def test_a_folder_that_is_no_checkout_is_one_sentence(
    kernels: str, sentence: str, model: Path, tmp_path: Path, cache: Path
) -> None:
    result = bench(model, cache, f"tflm:{tmp_path}{kernels}")
    assert isinstance(result.exception, ConfigError)
    assert sentence in str(result.exception)
