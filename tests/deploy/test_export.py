"""C that is written to a folder: it builds and is right on this machine, in C++, and for every core."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from hilbench.cli import cli
from hilbench.deploy.export import require_new_folder, write_package
from hilbench.deploy.export.names import package_name
from hilbench.errors import ConfigError, ModelError
from hilbench.networks import Graph
from hilbench.networks.attributes import Attributes
from hilbench.networks.builder import GraphBuilder
from hilbench.networks.graph import State, Tensor
from hilbench.networks.tflite import import_tflite
from hilbench.tensors import ElementType, Quantization, TensorSpec
from tests.deploy.host_program import program_of
from tests.networks.small_files import convolution, lstm, stateful, svdf
from tests.networks.small_networks import small_network

GCC, GXX, ARM = shutil.which("gcc"), shutil.which("g++"), shutil.which("arm-none-eabi-gcc")
STRICT = "-Wall -Wextra -Werror"
CORES = {
    "m0plus": "-mcpu=cortex-m0plus -mthumb",
    "m4": "-mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard",
    "m7": "-mcpu=cortex-m7 -mthumb -mfpu=fpv5-d16 -mfloat-abi=hard",
    "m33": "-mcpu=cortex-m33 -mthumb -mfpu=fpv5-sp-d16 -mfloat-abi=hard",
}
NETWORKS: dict[str, Callable[[], bytes]] = {
    "convolution": convolution,
    "stateful": stateful,
    "lstm": lambda: lstm("int8"),
    "svdf": lambda: svdf("int8", batch=1),
}
needs_gcc = pytest.mark.skipif(GCC is None or shutil.which("make") is None, reason="needs gcc and make")


def package(graph: Graph, folder: Path) -> Path:
    """Folder with the C of a network."""
    write_package(program_of(graph), folder / "c", chip="cortex-m7", flags="-O2")
    return folder / "c"


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "-s", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def assert_right(folder: Path) -> None:
    done = make(folder, "test", f"CC={GCC}", f"CFLAGS=-std=c99 -Wno-pedantic {STRICT}")
    assert (done.returncode, done.stdout) == (0, "ok\n"), done.stdout + done.stderr


@needs_gcc
@pytest.mark.parametrize("name", NETWORKS)
def test_it_is_right_run_after_run(name: str, tmp_path: Path) -> None:
    assert_right(package(import_tflite(NETWORKS[name](), f"{name}.tflite"), tmp_path))


@needs_gcc
def test_its_test_finds_a_wrong_output(tmp_path: Path) -> None:
    folder = package(import_tflite(lstm("int8"), "lstm.tflite"), tmp_path)
    layer = next(path for path in folder.glob("src/layer_*.c") if "_weights" in path.read_text())
    layer.write_text(layer.read_text().replace("OUTPUT_ZERO_POINT = ", "OUTPUT_ZERO_POINT = 1 + "))
    done = make(folder, "test", f"CC={GCC}")
    assert done.returncode != 0
    assert "output_0 of run 0 differs at byte" in done.stdout


@needs_gcc
@pytest.mark.skipif(GXX is None, reason="needs g++")
def test_cpp_links_it_twice_under_two_names(tmp_path: Path) -> None:
    for name in ("one", "two"):
        graph = import_tflite(stateful(), f"{name}.tflite")
        folder = package(graph, tmp_path / name)
        assert make(folder, f"CC={GCC}").returncode == 0
    main = tmp_path / "main.cpp"
    main.write_text(
        """
        #include "one.h"
        #include "two.h"
        alignas(ONE_ARENA_ALIGNMENT) static unsigned char first[ONE_ARENA_BYTES], second[TWO_ARENA_BYTES];
        static_assert(ONE_INPUTS == 1 && ONE_INPUT_0_ELEMENTS == 2 && ONE_OUTPUT_0_BYTES == 5, "shapes");
        int main()
        {
            one_init(first);
            two_init(second);
            for (int run = 0; run < 2; ++run) {
                one_input_0(first)[0] = one_input_0(first)[1] = 9;
                two_input_0(second)[0] = two_input_0(second)[1] = 9;
                one_run(first);
                if (run > 0)
                    two_run(second);
            }
            return one_output_0(first)[2] == 9 && two_output_0(second)[2] == 4 ? 0 : 1;
        }
        """
    )
    folders = [tmp_path / name / "c" for name in ("one", "two")]
    command = [
        str(GXX),
        "-std=c++17",
        "-pedantic",
        *STRICT.split(),
        *(f"-I{each}" for each in folders),
        str(main),
    ]
    command += [str(folder / "build" / f"lib{folder.parent.name}.a") for folder in folders]
    subprocess.run([*command, "-o", str(tmp_path / "main")], check=True)
    assert subprocess.run([tmp_path / "main"], check=False).returncode == 0


@pytest.mark.skipif(ARM is None, reason="needs arm-none-eabi-gcc")
@pytest.mark.parametrize("core", CORES)
def test_it_builds_for_every_core(core: str, tmp_path: Path) -> None:
    folder = package(import_tflite(lstm("int8"), "lstm.tflite"), tmp_path)
    done = make(folder, f"CC={ARM}", "AR=arm-none-eabi-ar", f"CFLAGS={CORES[core]} -ffreestanding {STRICT}")
    assert done.returncode == 0, done.stderr
    assert (folder / "build" / "liblstm.a").is_file()


@needs_gcc
@pytest.mark.skipif(shutil.which("cmake") is None, reason="needs cmake")
def test_cmake_builds_and_tests_it(tmp_path: Path) -> None:
    folder = package(import_tflite(small_network(), "small.tflite"), tmp_path)
    build = tmp_path / "build"
    for command in (
        ["cmake", "-S", str(folder), "-B", str(build)],
        ["cmake", "--build", str(build)],
        ["ctest", "--test-dir", str(build), "--output-on-failure"],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def tensor(name: str, steps: int = 8) -> Tensor:
    return Tensor(name, TensorSpec((1, steps), ElementType.INT8), Quantization(np.array([0.125]), 0))


def delays(*states: tuple[str, str]) -> Graph:
    """A network of states that take the input, or each other's elements; its outputs are their tangents."""
    builder = GraphBuilder("delays")
    builder.add(tensor("x"))
    names = dict.fromkeys(name for name, _ in states)
    for name in names:
        builder.add(tensor(name))
        builder.emit("tanh", [builder.current(name)], [builder.add(tensor(f"{name} out"))], Attributes(), 0)
    graph = builder.graph(["x"], [f"{name} out" for name in names])
    kept = (State(name, following, np.full((1, 8), 3, np.int8)) for name, following in states)
    return replace(graph, states=tuple(kept))


@needs_gcc
@pytest.mark.parametrize(
    "states",
    [
        (("a", "x"), ("b", "a"), ("c", "b")),
        (("c", "b"), ("b", "a"), ("a", "x")),
        (("a", "a"), ("b", "a")),
        (("a", "a out"), ("b", "a out")),
    ],
    ids=["a line", "a line backwards", "one that stays", "two alike"],
)
def test_states_take_each_other_s_elements(states: tuple[tuple[str, str], ...], tmp_path: Path) -> None:
    assert_right(package(delays(*states), tmp_path))


def test_states_that_exchange_places_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="states that change places"):
        package(delays(("a", "b"), ("b", "a")), tmp_path)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("KWS ref-model.v2", "kws_ref_model_v2"),
        ("2nd", "network_2nd"),
        ("***", "network"),
        ("test", "test_network"),
        ("stdint", "stdint_network"),
        ("workload", "workload_network"),
    ],
)
def test_a_name_is_nobody_else_s(model: str, name: str) -> None:
    assert package_name(model, frozenset({"workload.h"})) == name


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    require_new_folder(tmp_path / "new")
    require_new_folder(tmp_path)
    (tmp_path / "file").write_text("")
    for folder in (tmp_path, tmp_path / "file"):
        with pytest.raises(ConfigError, match="not empty"):
            require_new_folder(folder)


def test_the_command_refuses_such_a_folder_before_anything_runs(tmp_path: Path) -> None:
    model = tmp_path / "small.tflite"
    model.write_bytes(small_network())
    arguments = ["bench", str(model), "--board", "stm32h7-virtual", "--out", str(tmp_path / "page")]
    arguments += ["--store", str(tmp_path / "store.sqlite"), "--save-c", str(tmp_path)]
    result = CliRunner().invoke(cli, arguments)
    assert isinstance(result.exception, ConfigError)
    assert "not empty" in str(result.exception)
