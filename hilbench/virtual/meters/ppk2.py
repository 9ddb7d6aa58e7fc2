"""Nordic Power Profiler Kit II, as its USB serial port shows it."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

import numpy as np

from hilbench.virtual.meters.calibration import Calibration
from hilbench.virtual.meters.supply import Samples

_COUNTER_MODULUS = 64
_WHITE_NOISE = 0.003
"""Standard deviation of a sample, as a share of its current; mean windows repeat to some 0.01 %."""


_SOURCE = 2
"""The mode in which the instrument is the board's supply."""


class Command(IntEnum):
    """Opcodes of the host (pc-nrfconnect-ppk, `constants.ts`)."""

    START = 0x06
    STOP = 0x07
    DEVICE_POWER = 0x0C
    SUPPLY = 0x0D
    MODE = 0x11
    SPIKE_FILTER_ON = 0x15
    SPIKE_FILTER_OFF = 0x16
    METADATA = 0x19
    RESET = 0x20
    USER_GAIN = 0x25


_ARGUMENT_BYTES: dict[int, int] = {
    Command.DEVICE_POWER: 1,
    Command.SUPPLY: 2,
    Command.MODE: 1,
    Command.USER_GAIN: 5,
}


class Ppk2:
    """A PPK2 with a calibration and noise of its own.

    Args:
        random: source of both, so that a seed makes a run repeat.
        switch: what to do when the host feeds the board or cuts its power.
        feed: what to do when the host sets the voltage, in V, that the instrument feeds the board with.
        trigger_input: logic input (0 to 7) that the board's trigger pin is wired to.
    """

    rate = 100_000.0

    def __init__(
        self,
        random: np.random.Generator,
        switch: Callable[[bool], None],
        feed: Callable[[float], None] = lambda _: None,
        trigger_input: int = 0,
    ) -> None:
        self._random = random
        self._switch = switch
        self._feed = feed
        self._trigger_bit = np.uint32(1 << (24 + trigger_input))
        self._calibration = Calibration.drawn(random)
        self._user_gain = [1.0] * 5
        self._received = b""
        self._powered_on_defaults()

    def _powered_on_defaults(self) -> None:
        self.streaming = False
        self._mode = _SOURCE
        self._supply = 3.3
        self._counter = 0

    def receive(self, data: bytes) -> bytes:
        """Obey opcodes; those that the instrument does not know it skips."""
        self._received += data
        answer = b""
        while self._received:
            opcode = self._received[0]
            length = 1 + _ARGUMENT_BYTES.get(opcode, 0)
            if len(self._received) < length:
                break
            argument, self._received = self._received[1:length], self._received[length:]
            answer += self._obey(opcode, argument)
        return answer

    def _obey(self, opcode: int, argument: bytes) -> bytes:
        match opcode:
            case Command.START:
                self.streaming = True
            case Command.STOP:
                self.streaming = False
            case Command.DEVICE_POWER:
                self._switch(argument[0] != 0)
            case Command.SUPPLY:
                self._supply = int.from_bytes(argument, "big") / 1000
                self._apply_supply()
            case Command.MODE:
                self._mode = argument[0]
                self._apply_supply()
            case Command.USER_GAIN if argument[0] < len(self._user_gain):
                self._user_gain[argument[0]] = float(np.frombuffer(argument[1:], "<f4")[0])
            case Command.METADATA:
                return self._metadata().encode()
            case Command.RESET:
                self._powered_on_defaults()
        return b""

    def _apply_supply(self) -> None:
        if self._mode == _SOURCE:
            self._feed(self._supply)

    def encode(self, samples: Samples) -> bytes:
        """Samples as u32 little-endian: code 13:0, range 16:14, counter 23:18, logic inputs 31:24."""
        count = len(samples)
        current = self._with_noise(samples)
        span, code = self._calibration.encode(current, self._supply)
        counter = (self._counter + np.arange(count, dtype=np.uint32)) % _COUNTER_MODULUS
        self._counter = (self._counter + count) % _COUNTER_MODULUS
        inputs = np.where(samples.trigger, self._trigger_bit, np.uint32(0))
        words = code | span << 14 | counter << 18 | inputs
        return words.astype("<u4").tobytes()

    def skip(self, count: int) -> None:
        """Let the counter run on; a loss of a whole number of turns loses one more, so that it shows."""
        if count and count % _COUNTER_MODULUS == 0:
            count += 1
        self._counter = (self._counter + count) % _COUNTER_MODULUS

    def _with_noise(self, samples: Samples) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        deviation = np.hypot(_WHITE_NOISE * samples.current, self._calibration.resolution(samples.current))
        return samples.current + deviation * self._random.standard_normal(len(samples))

    def _metadata(self) -> str:
        gains = "".join(f"UG{span}: {gain:.2f}\n" for span, gain in enumerate(self._user_gain))
        return (
            f"Calibrated: 0\n{self._calibration.metadata()}{gains}"
            f"VDD: {self._supply * 1000:.0f}\nHW: 9173\nmode: {self._mode}\nIA: 56\nEND\n"
        )
