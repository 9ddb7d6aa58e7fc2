"""The virtual board's debug probe, as pyOCD sees one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import numpy as np
from pyocd.core.exceptions import ProbeError, TransferError, TransferFaultError
from pyocd.core.memory_interface import MemoryInterface
from pyocd.coresight.ap import APAddressBase
from pyocd.probe.debug_probe import DebugProbe

from hilbench.virtual.bus import BusFault
from hilbench.virtual.debug.access_port import Memory
from hilbench.virtual.debug.client_lock import ClientLock
from hilbench.virtual.debug.debug_port import DebugPort
from hilbench.virtual.debug.view import NoSupply

_Value = TypeVar("_Value")
_MOST_TRANSFERS = 65_535
"""Most transfers in one request; as many as CMSIS-DAP's DAP_TransferBlock counts."""
_LARGEST_BLOCK = 16 << 20
"""Largest block in bytes; no memory of a chip is larger."""
_SILENCE = "no ACK received: the chip has no supply"


class Wire:
    """SWD wire to a chip; a transfer that fails raises the exceptions that pyOCD expects of a probe.

    Args:
        powered: whether there is a chip at its end that answers.
    """

    def __init__(self, powered: Callable[[], bool]) -> None:
        self._powered = powered

    @contextmanager
    def transfer(self) -> Iterator[None]:
        """One request and its answer.

        Raises:
            TransferError: nothing acknowledged the request.
            TransferFaultError: the chip refused an access to its bus.
        """
        if not self._powered():
            raise TransferError(_SILENCE)
        try:
            yield
        except NoSupply as silence:
            raise TransferError(_SILENCE) from silence
        except BusFault as fault:
            raise TransferFaultError(fault.address) from fault


class VirtualProbe(DebugProbe):  # type: ignore[misc]  # pyOCD carries no annotations
    """A probe wired to an emulated chip; each request names its AP and bank, so clients may share it.

    Args:
        unique_id: serial number that clients see.
        port: the chip's debug port.
        memory: its address space, for whole blocks at a time.
        reset_line: called with True when nRESET goes down, with False when it is let go.
        powered: whether the chip has its supply; without it nothing acknowledges.
    """

    vendor_name = "hilbench"
    product_name = "virtual probe"
    supported_wire_protocols = (DebugProbe.Protocol.DEFAULT, DebugProbe.Protocol.SWD)
    capabilities = frozenset(
        {
            DebugProbe.Capability.MANAGED_AP_SELECTION,
            DebugProbe.Capability.MANAGED_DPBANKSEL,
            DebugProbe.Capability.BANKED_DP_REGISTERS,
        }
    )

    def __init__(
        self,
        unique_id: str,
        port: DebugPort,
        memory: Memory,
        reset_line: Callable[[bool], None],
        powered: Callable[[], bool],
    ) -> None:
        super().__init__()
        self._unique_id = unique_id
        self._port = port
        self._memory = memory
        self._reset_line = reset_line
        self._wire = Wire(powered)
        self._reset_asserted = False
        self._open = False
        self._protocol: DebugProbe.Protocol | None = None
        self._lock = ClientLock()

    @property
    def unique_id(self) -> str:
        """Serial number of the probe."""
        return self._unique_id

    @property
    def wire_protocol(self) -> DebugProbe.Protocol | None:
        """SWD once connected."""
        return self._protocol

    @property
    def is_open(self) -> bool:
        """Whether a client has opened the probe."""
        return self._open

    def open(self) -> None:
        """Open the probe; nothing has to be claimed."""
        self._open = True

    def close(self) -> None:
        """Undo `open`."""
        self._open = False

    def connect(self, protocol: DebugProbe.Protocol | None = None) -> None:
        """Choose SWD, the only protocol there is."""
        self._protocol = DebugProbe.Protocol.SWD

    def disconnect(self) -> None:
        """Undo `connect`."""
        self._protocol = None

    def set_clock(self, frequency: float) -> None:
        """Accept any clock; it changes nothing."""

    def reset(self) -> None:
        """Pulse nRESET."""
        self.assert_reset(True)
        self.assert_reset(False)

    def assert_reset(self, asserted: bool) -> None:
        """Pull nRESET down, or let it go."""
        if asserted != self._reset_asserted:
            self._reset_asserted = asserted
            self._reset_line(asserted)

    def is_reset_asserted(self) -> bool:
        """Whether nRESET is down."""
        return self._reset_asserted

    def read_dp(self, addr: int, now: bool = True) -> int | Callable[[], int]:
        """Read a DP register, at once or when the answer is called."""
        with self._wire.transfer():
            return _deferred(self._port.read_dp(addr), now=now)

    def write_dp(self, addr: int, data: int) -> None:
        """Write a DP register."""
        with self._wire.transfer():
            self._port.write_dp(addr, data)

    def read_ap(self, addr: int, now: bool = True) -> int | Callable[[], int]:
        """Read an AP register, at once or when the answer is called."""
        with self._wire.transfer():
            return _deferred(self._port.read_ap(addr), now=now)

    def write_ap(self, addr: int, data: int) -> None:
        """Write an AP register."""
        with self._wire.transfer():
            self._port.write_ap(addr, data)

    def read_ap_multiple(
        self, addr: int, count: int = 1, now: bool = True
    ) -> Sequence[int] | Callable[[], Sequence[int]]:
        """Read an AP register `count` times."""
        _check_length(count, _MOST_TRANSFERS)
        with self._wire.transfer():
            return _deferred([self._port.read_ap(addr) for _ in range(count)], now=now)

    def write_ap_multiple(self, addr: int, values: Sequence[int]) -> None:
        """Write an AP register with each of `values`."""
        with self._wire.transfer():
            for value in values:
                self._port.write_ap(addr, value)

    def get_memory_interface_for_ap(self, ap_address: APAddressBase) -> MemoryInterface | None:
        """Whole blocks through AP 0; the other APs are absent."""
        return _BlockMemory(self._memory, self._wire) if ap_address.apsel == 0 else None


class _BlockMemory(MemoryInterface):  # type: ignore[misc]  # pyOCD carries no annotations
    """Memory a block a request, instead of an AP register a request."""

    def __init__(self, memory: Memory, wire: Wire) -> None:
        self._memory = memory
        self._wire = wire

    def read_memory(self, addr: int, transfer_size: int = 32, now: bool = True) -> int | Callable[[], int]:
        with self._wire.transfer():
            data = self._memory.read_memory(addr, transfer_size // 8)
        return _deferred(int.from_bytes(data, "little"), now=now)

    def write_memory(self, addr: int, data: int, transfer_size: int = 32) -> None:
        with self._wire.transfer():
            self._memory.write_memory(addr, data.to_bytes(transfer_size // 8, "little"))

    def read_memory_block32(self, addr: int, size: int) -> list[int]:
        _check_length(4 * size, _LARGEST_BLOCK)
        with self._wire.transfer():
            words: list[int] = np.frombuffer(self._memory.read_memory(addr, 4 * size), "<u4").tolist()
        return words

    def write_memory_block32(self, addr: int, data: Sequence[int]) -> None:
        with self._wire.transfer():
            # The wire carries 32 bits; pyOCD's flash analyzer hands over more.
            words = np.array(data, np.int64).astype("<u4")
            self._memory.write_memory(addr, words.tobytes())

    def read_memory_block8(self, addr: int, size: int) -> list[int]:
        _check_length(size, _LARGEST_BLOCK)
        with self._wire.transfer():
            return list(self._memory.read_memory(addr, size))

    def write_memory_block8(self, addr: int, data: Sequence[int]) -> None:
        with self._wire.transfer():
            self._memory.write_memory(addr, bytes(data))


def _check_length(count: int, most: int) -> None:
    """Refuse what would keep the core from everyone else for long, or fill the memory of this machine."""
    if not 0 <= count <= most:
        raise ProbeError(f"{count} in one request; {most} are the most")


def _deferred(value: _Value, *, now: bool) -> _Value | Callable[[], _Value]:
    return value if now else lambda: value
