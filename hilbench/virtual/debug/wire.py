"""The debug wire of a machine, from its core's registers to a TCP port that pyOCD connects to."""

from __future__ import annotations

from hilbench.virtual.debug.access_port import AccessPort
from hilbench.virtual.debug.breakpoints import BreakpointUnit
from hilbench.virtual.debug.core_debug import CoreDebug, DebugFaultStatus
from hilbench.virtual.debug.debug_port import DebugPort
from hilbench.virtual.debug.identification import (
    COMPONENTS,
    ROM_TABLE,
    IdentificationRegisters,
    RomTable,
)
from hilbench.virtual.debug.probe import VirtualProbe
from hilbench.virtual.debug.server import ProbeServer
from hilbench.virtual.debug.watchpoints import WatchpointComparators
from hilbench.virtual.machine import Machine


def attach_debug_unit(machine: Machine) -> None:
    """Put the core's debug components and what identifies them on the private peripheral bus."""
    for component in (*COMPONENTS, ROM_TABLE):
        machine.bus.attach(IdentificationRegisters(component))
    for unit in (CoreDebug, DebugFaultStatus, BreakpointUnit, WatchpointComparators):
        machine.bus.attach(unit(machine))
    machine.bus.attach(RomTable())


def serve_debug_port(machine: Machine, serial_number: str) -> ProbeServer:
    """A probe server, not yet started, whose probe is wired to `machine`."""

    def reset_line(asserted: bool) -> None:
        if asserted:
            machine.halt()
        else:
            machine.reset()

    port = DebugPort(AccessPort(machine))
    return ProbeServer(VirtualProbe(serial_number, port, machine, reset_line))
