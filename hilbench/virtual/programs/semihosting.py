"""Arm semihosting: what a program asks its debugger for by BKPT 0xAB.

Semihosting for AArch32 and AArch64, release 2.0 (Arm IHI 0058).
"""

from __future__ import annotations

import struct
import time
from collections.abc import Callable
from enum import IntEnum

from hilbench.virtual.bus import Bus, BusFault
from hilbench.virtual.core.registers import Registers
from hilbench.virtual.programs.files import FAILED, HostFiles

SEMIHOSTING = 0xAB
"""Operand of the BKPT that asks."""
_APPLICATION_EXIT = 0x20026
_BAD_ADDRESS = 14
"""Error number EFAULT."""
_LONGEST_STRING = 1 << 16


class Operation(IntEnum):
    """Operation numbers, passed in R0."""

    OPEN = 0x01
    CLOSE = 0x02
    WRITEC = 0x03
    WRITE0 = 0x04
    WRITE = 0x05
    READ = 0x06
    READC = 0x07
    ISERROR = 0x08
    ISTTY = 0x09
    SEEK = 0x0A
    FLEN = 0x0C
    CLOCK = 0x10
    TIME = 0x11
    ERRNO = 0x13
    GET_CMDLINE = 0x15
    HEAPINFO = 0x16
    EXIT = 0x18
    EXIT_EXTENDED = 0x20
    ELAPSED = 0x30
    TICKFREQ = 0x31


class Semihosting:
    """Serves a program's requests.

    Args:
        bus: where the requests' arguments lie.
        registers: carry the operation in R0, its argument in R1, its answer in R0.
        seconds: virtual time, s.
        write: takes what the program prints.
        ram: where a program that asks is to have its heap and, from the top, its stack.
    """

    def __init__(
        self,
        bus: Bus,
        registers: Registers,
        seconds: Callable[[], float],
        write: Callable[[bytes], None],
        ram: range,
    ) -> None:
        self._bus = bus
        self._registers = registers
        self._seconds = seconds
        self._write = write
        self._ram = ram
        self.exit_status: int | None = None
        """Status that the program passed to its exit; None while it has not."""
        self._files = HostFiles(write)

    def serve(self, operand: int) -> bool:
        """Handle the BKPT with `operand`; False when it is not semihosting."""
        if operand != SEMIHOSTING:
            return False
        try:
            answer = self._answer(self._registers.read(0), self._registers.read(1))
        except BusFault:
            answer = self._refused(self._registers.read(0), self._registers.read(1))
        if answer is not None:
            self._registers.write(0, answer & 0xFFFF_FFFF)
        return True

    def _answer(self, operation: int, argument: int) -> int | None:
        """The new R0; None when the operation answers nothing."""
        match operation:
            case Operation.WRITEC:
                self._write(self._bus.read(argument, 1))
                return None
            case Operation.WRITE0:
                self._write(self._string(argument))
                return None
            case Operation.READC | Operation.GET_CMDLINE:
                return FAILED
            case Operation.ERRNO:
                return self._files.error
            case Operation.ISERROR:
                return self._words(argument, 1)[0] >> 31
            case Operation.HEAPINFO:
                # The heap begins where the program's image ends, which the program knows itself.
                limits = (0, self._ram.stop, self._ram.stop, self._ram.start)
                self._bus.write(self._words(argument, 1)[0], struct.pack("<4I", *limits))
                return None
            case Operation.EXIT | Operation.EXIT_EXTENDED:
                self._exit(operation, argument)
                return None
            case Operation.CLOCK | Operation.TIME | Operation.TICKFREQ | Operation.ELAPSED:
                return self._time(operation, argument)
        return self._file(operation, argument)

    def _file(self, operation: int, argument: int) -> int:
        files = self._files
        match operation:
            case Operation.OPEN:
                address, mode, size = self._words(argument, 3)
                return files.open(self._bus.read(address, size), mode)
            case Operation.WRITE:
                handle, address, size = self._words(argument, 3)
                return files.write(handle, self._bus.read(address, size))
            case Operation.READ:
                handle, address, size = self._words(argument, 3)
                content = files.read(handle, size)
                self._bus.write(address, content)
                return size - len(content)
            case Operation.SEEK:
                return files.seek(*self._words(argument, 2))
            case Operation.CLOSE:
                return files.close(*self._words(argument, 1))
            case Operation.FLEN:
                return files.length(*self._words(argument, 1))
            case Operation.ISTTY:
                return files.is_console(*self._words(argument, 1))
        return files.refuse()

    def _refused(self, operation: int, argument: int) -> int:
        """The answer where an address in the request is wrong; of a transfer, that no byte was moved."""
        self._files.refuse(_BAD_ADDRESS)
        if operation in (Operation.WRITE, Operation.READ):
            try:
                return self._words(argument, 3)[2]
            except BusFault:
                return FAILED
        return FAILED

    def _time(self, operation: int, argument: int) -> int:
        match operation:
            case Operation.CLOCK:
                return round(self._seconds() * 100)
            case Operation.TIME:
                return int(time.time()) & 0xFFFF_FFFF
            case Operation.TICKFREQ:
                return 1_000_000
            case Operation.ELAPSED:
                self._bus.write(argument, struct.pack("<Q", round(self._seconds() * 1e6)))
                return 0
        return FAILED

    def _exit(self, operation: int, argument: int) -> None:
        if operation == Operation.EXIT_EXTENDED:
            reason, status = self._words(argument, 2)
        else:
            reason, status = argument, 0
        self.exit_status = status if reason == _APPLICATION_EXIT else 1

    def _words(self, address: int, count: int) -> tuple[int, ...]:
        return struct.unpack(f"<{count}I", self._bus.read(address, 4 * count))

    def _string(self, address: int) -> bytes:
        text = bytearray()
        while len(text) < _LONGEST_STRING:
            byte = self._bus.read(address + len(text), 1)
            if byte == b"\0":
                break
            text += byte
        return bytes(text)
