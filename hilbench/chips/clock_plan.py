"""Clock of a chip's core by its PLL, within the limits that its data sheet gives."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from enum import StrEnum

from hilbench.errors import ConfigError
from hilbench.files import StrictModel

Range = tuple[int, int]
"""Least and most, both allowed."""


class ClockSource(StrEnum):
    """Oscillator that a PLL multiplies."""

    HSE_CRYSTAL = "hse-crystal"
    HSE_BYPASS = "hse-bypass"
    """A clock from outside, as that of an ST-LINK."""
    HSI = "hsi"
    MSI = "msi"

    @property
    def is_external(self) -> bool:
        """Whether it comes from outside the chip."""
        return self in (ClockSource.HSE_CRYSTAL, ClockSource.HSE_BYPASS)


class PllLimits(StrictModel):
    """Settings of a PLL: source / prescaler * multiplier is its oscillator, / divider the core's clock.

    Attributes:
        only_multipliers: those that there are; all between the ends where it is empty.
    """

    prescalers: Range
    multipliers: Range
    only_multipliers: tuple[int, ...] = ()
    dividers: tuple[int, ...]
    reference_hz: Range
    vco_hz: Range


class VoltageLimits(StrictModel):
    """Limits at one voltage of the core.

    Attributes:
        core_hz: highest clock of the core.
        wait_states: highest clock of the flash with each number of wait states, from 0 on.
        vco_hz: highest frequency of the PLL's oscillator; None for the PLL's own.
    """

    core_hz: int
    wait_states: tuple[int, ...]
    vco_hz: int | None = None


class ClockLimits(StrictModel):
    """Limits of a chip's clocks.

    Attributes:
        internal_hz: frequencies of the oscillators on the chip.
        memory_divider: core cycles in one of the flash's clock.
        voltages: of the core, the lowest first.
    """

    internal_hz: Mapping[ClockSource, int]
    crystal_hz: Range
    bypass_hz: Range
    memory_divider: int = 1
    pll: PllLimits
    voltages: Mapping[str, VoltageLimits]


class ClockPlan(StrictModel):
    """Settings that give the core its clock."""

    source: ClockSource
    source_hz: int
    prescaler: int
    multiplier: int
    divider: int
    core_hz: int
    voltage: str
    wait_states: int

    @property
    def reference_hz(self) -> int:
        """Frequency that the PLL compares with, Hz."""
        return self.source_hz // self.prescaler


def plan_clock(
    chip: str,
    limits: ClockLimits,
    source: ClockSource,
    source_hz: int | None,
    core_hz: int,
    voltage: str | None,
) -> ClockPlan:
    """Settings for `core_hz` from a source; the least divider and prescaler that will do.

    Args:
        chip: its name, for errors.
        limits: of the chip.
        source: what the PLL multiplies.
        source_hz: frequency of an external source, Hz.
        core_hz: clock of the core, Hz.
        voltage: of the core; None for the lowest that carries the clock.

    Raises:
        ConfigError: the chip does not run so; the sentence says what it does.
    """
    hertz = _source_hz(chip, limits, source, source_hz)
    name = _voltage(chip, limits, core_hz, voltage)
    chosen = limits.voltages[name]
    most = min(chosen.vco_hz or limits.pll.vco_hz[1], limits.pll.vco_hz[1])
    reached: set[float] = set()
    for prescaler, multiplier, divider in _settings(limits.pll, hertz, core_hz, most):
        if hertz * multiplier == core_hz * prescaler * divider:
            return ClockPlan(
                source=source,
                source_hz=hertz,
                prescaler=prescaler,
                multiplier=multiplier,
                divider=divider,
                core_hz=core_hz,
                voltage=name,
                wait_states=bisect_left(chosen.wait_states, core_hz / limits.memory_divider),
            )
        reached.add(hertz * multiplier / prescaler / divider)
    nearest = min(reached, key=lambda each: abs(each - core_hz), default=None)
    instead = "" if nearest is None else f"; {nearest / 1e6:.6g} MHz is the nearest that it makes"
    raise ConfigError(f"The PLL of {chip} cannot make {_mhz(core_hz)} of {_mhz(hertz)}{instead}.")


def _settings(pll: PllLimits, hertz: int, core_hz: int, vco_most: int) -> Iterator[tuple[int, int, int]]:
    """Settings within the limits that give about `core_hz`, the least divider and prescaler first."""
    for divider in pll.dividers:
        for prescaler in range(pll.prescalers[0], pll.prescalers[1] + 1):
            if not pll.reference_hz[0] <= hertz / prescaler <= pll.reference_hz[1]:
                continue
            wanted = core_hz * divider * prescaler / hertz
            known = pll.only_multipliers
            multiplier = min(known, key=lambda each: abs(each - wanted)) if known else round(wanted)
            oscillator = hertz / prescaler * multiplier
            fits = pll.multipliers[0] <= multiplier <= pll.multipliers[1]
            if fits and pll.vco_hz[0] <= oscillator <= vco_most:
                yield prescaler, multiplier, divider


def _source_hz(chip: str, limits: ClockLimits, source: ClockSource, given: int | None) -> int:
    if not source.is_external:
        if source not in limits.internal_hz:
            known = ", ".join([*limits.internal_hz, ClockSource.HSE_CRYSTAL, ClockSource.HSE_BYPASS])
            raise ConfigError(f"{chip} has no clock source '{source}'; there are: {known}.")
        internal = limits.internal_hz[source]
        if given not in (None, internal):
            raise ConfigError(f"The source {source} of {chip} has {_mhz(internal)}; leave out 'source_hz'.")
        return internal
    if given is None:
        raise ConfigError(f"The source {source} needs 'source_hz', its frequency in Hz.")
    least, most = limits.crystal_hz if source is ClockSource.HSE_CRYSTAL else limits.bypass_hz
    if not least <= given <= most:
        raise ConfigError(f"{chip} takes {_mhz(least)} to {_mhz(most)} as {source}, not {_mhz(given)}.")
    return given


def _voltage(chip: str, limits: ClockLimits, core_hz: int, asked: str | None) -> str:
    fast = [name for name, each in limits.voltages.items() if each.core_hz >= core_hz]
    if not fast:
        most = max(each.core_hz for each in limits.voltages.values())
        raise ConfigError(f"{chip} runs at {_mhz(most)} at most, not at {_mhz(core_hz)}.")
    if asked is None:
        return fast[0]
    if asked not in limits.voltages:
        raise ConfigError(f"{chip} has no voltage '{asked}'; there are: {', '.join(limits.voltages)}.")
    if asked not in fast:
        carries, needed = _mhz(limits.voltages[asked].core_hz), " or ".join(fast)
        raise ConfigError(
            f"{chip} runs at {carries} at most with the voltage {asked}; {_mhz(core_hz)} needs {needed}."
        )
    return asked


def _mhz(hertz: int) -> str:
    return f"{hertz / 1e6:g} MHz"
