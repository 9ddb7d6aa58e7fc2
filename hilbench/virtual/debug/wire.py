"""The debug wire of a machine, from its core's registers to a TCP port that pyOCD connects to."""

from __future__ import annotations

from hilbench.virtual.bus import Peripheral
from hilbench.virtual.core.kind import CORE_KINDS
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


def serve_debug_port(machine: Machine, serial_number: str) -> ProbeServer:
    """A probe server, not yet started, whose probe is wired to `machine`."""

    def reset_line(asserted: bool) -> None:
        if asserted:
            machine.halt()
        else:
            machine.reset()

    view = DebuggerView(machine, _attach_debug_unit(machine))
    family = machine.family
    ports: dict[int, Port] = {0: AccessPort(family.access_port, view)}
    ports |= {number: SilentPort(identity) for number, identity in family.silent_ports}
    if family.control_port is not None:
        ports[family.control_port.number] = ControlPort(family.control_port, machine)
    port = DebugPort(family.debug_port, ports, family.target)
    return ProbeServer(VirtualProbe(serial_number, port, view, reset_line))


def _attach_debug_unit(machine: Machine) -> CoreDebug:
    """Put the core's debug components, and what identifies them, on the private peripheral bus."""
    registers = CoreDebug(machine)
    kind = CORE_KINDS[machine.chip.core]
    components = COMPONENTS[machine.chip.core]
    units: tuple[Peripheral, ...] = (
        BreakpointUnit(machine, kind.breakpoints, kind.breakpoint_version),
        WatchpointComparators(machine, kind.watchpoints),
        RomTable(components),
    )
    identities = (IdentificationRegisters(each) for each in (*components, ROM_TABLE))
    for peripheral in (registers, *units, *identities):
        machine.bus.attach(peripheral)
    return registers
