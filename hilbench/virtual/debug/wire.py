"""The debug wire of a machine, from its core's registers to a TCP port that pyOCD connects to."""

from __future__ import annotations

from typing import Protocol

from hilbench.virtual.bus import Peripheral
from hilbench.virtual.core.core_features import CORE_FEATURES
from hilbench.virtual.debug.access_port import AccessPort
from hilbench.virtual.debug.breakpoints import BreakpointUnit
from hilbench.virtual.debug.control_port import ControlPort, SilentPort
from hilbench.virtual.debug.core_debug import CoreDebug
from hilbench.virtual.debug.debug_port import DebugPort, Port
from hilbench.virtual.debug.identification import (
    COMPONENTS,
    ROM_TABLE,
    IdentificationRegisters,
    RomTable,
)
from hilbench.virtual.debug.probe import VirtualProbe
from hilbench.virtual.debug.server import ProbeServer
from hilbench.virtual.debug.view import DebuggerView
from hilbench.virtual.debug.watchpoints import WatchpointComparators
from hilbench.virtual.machine import Machine


class DebugUnit(Peripheral, Protocol):
    """A debug component: a system reset leaves it alone, a loss of power does not."""

    def power_on_reset(self) -> None:
        """Return to the state after a power-on reset."""


def serve_debug_port(machine: Machine, serial_number: str) -> ProbeServer:
    """A probe server, not yet started, whose probe is wired to `machine`."""

    def reset_line(asserted: bool) -> None:
        if not machine.powered:
            return
        if asserted:
            machine.halt()
        else:
            machine.reset()

    view = DebuggerView(machine, _attach_debug_unit(machine))
    family = machine.family
    memory_port = AccessPort(family.access_port, view)
    machine.on_power_loss(memory_port.power_on_reset)
    ports: dict[int, Port] = {0: memory_port}
    ports |= {number: SilentPort(identity) for number, identity in family.silent_ports}
    if family.control_port is not None:
        control_port = ControlPort(family.control_port, machine)
        machine.on_power_loss(control_port.power_on_reset)
        ports[family.control_port.number] = control_port
    port = DebugPort(family.debug_port, ports, family.target)
    machine.on_power_loss(port.power_on_reset)
    return ProbeServer(VirtualProbe(serial_number, port, view, reset_line, lambda: machine.powered))


def _attach_debug_unit(machine: Machine) -> CoreDebug:
    """Put the core's debug components, and what identifies them, on the private peripheral bus."""
    registers = CoreDebug(machine)
    features = CORE_FEATURES[machine.chip.core]
    components = COMPONENTS[machine.chip.core]
    units: tuple[DebugUnit, ...] = (
        registers,
        BreakpointUnit(machine, features.breakpoints, features.breakpoint_version),
        WatchpointComparators(machine, features.watchpoints),
    )
    for unit in units:
        machine.on_power_loss(unit.power_on_reset)
    identities = (IdentificationRegisters(each) for each in (*components, ROM_TABLE))
    fixed: tuple[Peripheral, ...] = (RomTable(components), *identities)
    for peripheral in (*units, *fixed):
        machine.bus.attach(peripheral)
    return registers
