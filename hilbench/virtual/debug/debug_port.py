"""The debug port: the chip's end of the SWD wire (Arm ADIv5, IHI 0031, section B2)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, IntFlag
from typing import Protocol

from hilbench.virtual.bus import BusFault

_ACK_SHIFT = 1


class Register(IntEnum):
    """Addresses of DP registers; SELECT is the probe's affair, as each request names bank and AP."""

    DPIDR = 0x00
    ABORT = 0x00
    CTRL_STAT = 0x04
    RDBUFF = 0x0C
    TARGETID = 0x24


class Status(IntFlag):
    """Bits of CTRL/STAT."""

    STICKYERR = 1 << 5
    CDBGPWRUPREQ = 1 << 28
    CSYSPWRUPREQ = 1 << 30


class Abort(IntFlag):
    """Bits of ABORT."""

    STKERRCLR = 1 << 2


class Port(Protocol):
    """An access port behind the debug port."""

    def read(self, register: int) -> int:
        """The register at this offset; raises BusFault."""

    def write(self, register: int, value: int) -> None:
        """Set the register at this offset; raises BusFault."""


class DebugPort:
    """DP with its access ports; those that are absent read as zero.

    Args:
        identity: DPIDR.
        access_ports: by number.
        target: TARGETID.
    """

    def __init__(self, identity: int, access_ports: Mapping[int, Port], target: int = 0) -> None:
        self._identity = identity
        self._access_ports = access_ports
        self._target = target
        self._status = Status(0)
        self._read_buffer = 0

    def power_on_reset(self) -> None:
        """Return to the state after power-on: no power is requested, no error kept."""
        self._status = Status(0)
        self._read_buffer = 0

    def read_dp(self, address: int) -> int:
        """A DP register."""
        match address:
            case Register.DPIDR:
                return self._identity
            case Register.CTRL_STAT:
                requests = self._status & (Status.CDBGPWRUPREQ | Status.CSYSPWRUPREQ)
                return self._status | requests << _ACK_SHIFT
            case Register.RDBUFF:
                return self._read_buffer
            case Register.TARGETID:
                return self._target
        return 0

    def write_dp(self, address: int, value: int) -> None:
        """Set a DP register."""
        match address:
            case Register.ABORT:
                if value & Abort.STKERRCLR:
                    self._status &= ~Status.STICKYERR
            case Register.CTRL_STAT:
                kept = self._status & Status.STICKYERR
                self._status = kept | Status(value) & (Status.CDBGPWRUPREQ | Status.CSYSPWRUPREQ)

    def read_ap(self, address: int) -> int:
        """An AP register; bits 31:24 of the address choose the AP.

        Raises:
            BusFault: an earlier access failed and ABORT has not cleared it, or this one does.
        """
        self._check_sticky(address)
        access_port = self._access_ports.get(address >> 24)
        if access_port is None:
            return 0
        try:
            self._read_buffer = access_port.read(address & 0xFC)
        except BusFault:
            self._status |= Status.STICKYERR
            raise
        return self._read_buffer

    def write_ap(self, address: int, value: int) -> None:
        """Set an AP register, as `read_ap` reads one."""
        self._check_sticky(address)
        access_port = self._access_ports.get(address >> 24)
        if access_port is None:
            return
        try:
            access_port.write(address & 0xFC, value)
        except BusFault:
            self._status |= Status.STICKYERR
            raise

    def _check_sticky(self, address: int) -> None:
        if self._status & Status.STICKYERR:
            raise BusFault(address)
