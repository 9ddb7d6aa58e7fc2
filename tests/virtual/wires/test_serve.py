"""`hilbench virtual serve` as a process, and strangers' tools on its wires."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ppk2_api.ppk2_api import PPK2_API

from tests.virtual.wires.conftest import TARGET
from tests.virtual.wires.counting_program import COUNT, FLASH, STORE

PYOCD = [sys.executable, "-m", "pyocd"]


@contextmanager
def served(*arguments: str, **options: Any) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A serving process and what it announced; killed if a test leaves it behind."""
    command = [sys.executable, "-m", "hilbench", "virtual", "serve", "stm32h7-virtual", *arguments]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )
    try:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


@pytest.fixture(scope="module")
def endpoints() -> Iterator[dict[str, Any]]:
    with served() as (_, announced):
        yield announced


def pyocd(*arguments: str) -> str:
    """Output of a pyOCD command that has to succeed."""
    done = subprocess.run([*PYOCD, *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def port_of(probe: str) -> int:
    return int(probe.rsplit(":", 1)[1])


def test_one_line_says_where_the_wires_are(endpoints: dict[str, Any]) -> None:
    assert endpoints["board"] == "stm32h7-virtual"
    assert endpoints["probe"].startswith("remote:127.0.0.1:")
    for wire in ("serial", "power"):
        assert Path(endpoints[wire]).is_char_device()


def test_stock_pyocd_loads_and_commands(endpoints: dict[str, Any], image: Path) -> None:
    wire = ("-u", endpoints["probe"], "-t", TARGET)
    loaded = pyocd("load", *wire, "--format", "bin", "-a", hex(FLASH), str(image))
    assert "programmed 1024 bytes" in loaded
    said = pyocd(
        "commander",
        *wire,
        *("-c", "reset halt"),
        *("-c", f"break {STORE:#x}"),
        *("-c", "go"),
        *("-c", "sleep 200"),
        *("-c", "status"),
        *("-c", "reg pc"),
        *("-c", "read32 0x1ff1e800 12"),
    )
    assert "Halted" in said
    assert f"pc = {STORE:#010x}" in said
    assert "424c4948 48434e45 54524956" in said


@pytest.mark.skipif(shutil.which("gdb-multiarch") is None, reason="gdb-multiarch is not installed")
def test_gdb_debugs_through_stock_gdbserver(endpoints: dict[str, Any], image: Path) -> None:
    wire = ("-u", endpoints["probe"], "-t", TARGET)
    pyocd("load", *wire, "--format", "bin", "-a", hex(FLASH), str(image))
    with _gdbserver(*wire) as port:
        said = _gdb(
            f"target extended-remote localhost:{port}",
            "monitor reset halt",
            f"break *{STORE:#x}",
            "continue",
            "stepi",
            'printf "stepped to %#x\\n", $pc',
            f'printf "count %d\\n", *(int*){COUNT:#x}',
            "delete",
            f"watch *(int*){COUNT:#x}",
            "continue",
            f'printf "count %d\\n", *(int*){COUNT:#x}',
            "set $r7 = 0x1234",
            f"set *(int*){COUNT + 8:#x} = 77",
            f'printf "r7 %#x, memory %d\\n", $r7, *(int*){COUNT + 8:#x}',
            "delete",
            "monitor reset",
            "detach",
        )
    assert f"stepped to {STORE + 2:#x}" in said
    assert said.index("count 1") < said.index("count 2")
    assert "r7 0x1234, memory 77" in said


@contextmanager
def _gdbserver(*wire: str) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = int(free.getsockname()[1])
    arguments = ["gdbserver", *wire, "-p", str(port), "-T", "0"]
    process = subprocess.Popen([*PYOCD, *arguments], stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        while "GDB server listening" not in (line := process.stderr.readline()):
            assert line, "pyocd gdbserver ended"
        yield port
    finally:
        process.kill()
        process.communicate()


def _gdb(*commands: str) -> str:
    """Output of gdb while it obeys `commands`."""
    options = [part for command in ("set confirm off", *commands) for part in ("-ex", command)]
    done = subprocess.run(
        ["gdb-multiarch", "-q", "-nx", "-batch", *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr


def test_ppk2_api_reads_a_board_that_idles(endpoints: dict[str, Any]) -> None:
    client = PPK2_API(endpoints["power"])
    assert client.get_modifiers()
    client.use_source_meter()
    client.set_source_voltage(3300)
    client.start_measuring()
    received = b""
    end = time.monotonic() + 20
    while len(received) < 4 * 12_000 and time.monotonic() < end:
        received += client.get_data()
        time.sleep(0.002)
    client.stop_measuring()
    microampere, inputs = client.get_samples(received)
    assert len(microampere) > 10_000
    assert 1e3 < sum(microampere) / len(microampere) < 300e3
    assert set(inputs) <= {0, 1}


@pytest.mark.parametrize(
    "end",
    [
        "stdin",
        pytest.param("SIGTERM", marks=pytest.mark.slow),
        pytest.param("SIGINT", marks=pytest.mark.slow),
    ],
)
def test_it_leaves_nothing_behind(end: str) -> None:
    with served("--until-stdin-closes", start_new_session=True) as (process, announced):
        with socket.create_connection(("127.0.0.1", port_of(announced["probe"]))):  # a client that stays
            if end == "stdin":
                assert process.stdin is not None
                process.stdin.close()
            else:
                os.kill(process.pid, getattr(signal, end))
            assert process.wait(10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port_of(announced["probe"])))


def test_an_unknown_board_is_a_sentence() -> None:
    command = [sys.executable, "-m", "hilbench", "virtual", "serve", "stm32h9"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "No board 'stm32h9'" in done.stderr
