"""Check of this machine for all that reaching boards needs, with advice where something is missing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from serial.tools import list_ports

from hilbench.boards.probes import attached_probes
from hilbench.boards.providers import PROVIDERS
from hilbench.errors import BoardMissing, PluginError
from hilbench.extras import VIRTUAL_PACKAGES
from hilbench.operators.registry import GROUP
from hilbench.plugins import Plugins, folder_of, package_of, plugins
from hilbench.power.instruments import INSTRUMENTS

_RULES = (Path("/etc/udev/rules.d"), Path("/usr/lib/udev/rules.d"), Path("/lib/udev/rules.d"))
_PROBE_RULES = ("stlink", "cmsis-dap", "jlink", "probe-rs", "picoprobe")


class Verdict(StrEnum):
    """Result of a check."""

    GOOD = "good"
    OPTIONAL = "optional"
    """Missing, and only some uses need it."""
    BAD = "bad"


@dataclass(frozen=True)
class Check:
    """One thing looked at."""

    subject: str
    verdict: Verdict
    found: str
    advice: str = ""
    """Advice on what to do; empty when all is well."""


def check_machine(*further: Plugins[Any]) -> Iterator[Check]:
    """Look at everything that reaching a board needs, one check at a time.

    Args:
        further: kinds that other packages may extend, in addition to operators and all of boards.yaml.
    """
    yield Check("python", Verdict.GOOD, f"{sys.version.split()[0]} at {sys.executable}")
    yield _virtual_board()
    yield _pyocd()
    yield from _probes()
    yield _probe_rules()
    yield from _serial_ports()
    yield from _plugins(further)


def _virtual_board() -> Check:
    missing = [package for package in VIRTUAL_PACKAGES if find_spec(package) is None]
    if missing:
        return Check(
            "virtual board",
            Verdict.OPTIONAL,
            f"{', '.join(missing)} not installed",
            'pip install "hilbench[virtual]"',
        )
    return Check("virtual board", Verdict.GOOD, f"unicorn {version('unicorn')}")


def _pyocd() -> Check:
    try:
        return Check("pyOCD", Verdict.GOOD, version("pyocd"))
    except PackageNotFoundError:
        return Check("pyOCD", Verdict.BAD, "not installed", "pip install pyocd")


def _probes() -> Iterator[Check]:
    try:
        probes = attached_probes()
    except BoardMissing as error:
        yield Check("debug probe", Verdict.BAD, str(error), "install pyOCD and libusb again")
        return
    for probe in probes:
        carries = f", carries {probe.target}" if probe.target else ""
        yield Check("debug probe", Verdict.GOOD, f"{probe.description} {probe.unique_id}{carries}")
    if not probes:
        yield Check(
            "debug probe",
            Verdict.OPTIONAL,
            "none attached",
            "connect one for a board on the bench; virtual boards need none",
        )


def _probe_rules() -> Check:
    if not sys.platform.startswith("linux") or os.geteuid() == 0:
        return Check("udev rules", Verdict.GOOD, "not needed here")
    found = [
        path.name
        for folder in _RULES
        for path in folder.glob("*.rules")
        if any(name in path.name.lower() for name in _PROBE_RULES)
    ]
    if found:
        return Check("udev rules", Verdict.GOOD, ", ".join(sorted(set(found))))
    return Check(
        "udev rules",
        Verdict.OPTIONAL,
        "none for debug probes",
        "install pyOCD's: https://github.com/pyocd/pyOCD/tree/main/udev, then replug the probe",
    )


def _serial_ports() -> Iterator[Check]:
    ports = list_ports.comports()
    for port in ports:
        name = f"{port.device} {port.description}"
        if os.access(port.device, os.R_OK | os.W_OK):
            yield Check("serial port", Verdict.GOOD, name)
        else:
            yield Check(
                "serial port",
                Verdict.BAD,
                f"{name}: permission denied",
                f"sudo usermod -aG {_group(port.device)} $USER, then log in again",
            )
    if not ports:
        yield Check("serial port", Verdict.OPTIONAL, "none", "connect the board's USB cable")


def _plugins(further: Iterable[Plugins[Any]]) -> Iterator[Check]:
    """Checks of what other packages bring, and whether it loads."""
    extended: tuple[Plugins[Any], ...] = (INSTRUMENTS, PROVIDERS, *further)
    uses = {
        "operators": (GROUP, folder_of),
        **{kinds.noun: (kinds.group, kinds.load) for kinds in extended},
    }
    for noun, (group, use) in uses.items():
        for point in plugins(group):
            home = package_of(point)
            try:
                use(point)
            except PluginError as error:
                yield Check(noun, Verdict.OPTIONAL, str(error), f"install {home} again, or remove it")
            else:
                yield Check(noun, Verdict.GOOD, f"{point.name}, of the package {home}")


def _group(device: str) -> str:
    try:
        return Path(device).group()
    except (KeyError, OSError):
        return "dialout"
