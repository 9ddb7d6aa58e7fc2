"""Stock pyOCD on the other STs: the ROM table, flash programming, breakpoints of both versions of the FPB."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyocd.core.helpers import ConnectHelper
from pyocd.core.target import Target
from pyocd.flash.file_programmer import FileProgrammer
from pyocd.utility.timeout import Timeout

from hilbench.chips import load_chip
from hilbench.virtual.serve import VirtualBoard
from tests.virtual.wires.counting_program import FLASH, IMAGE, LOOP, STORE


@pytest.mark.parametrize("name", ["stm32l475", "stm32f767"])
def test_a_programmed_chip_halts_at_breakpoints_in_either_half_of_a_word(name: str, tmp_path: Path) -> None:
    chip = load_chip(name)
    image = tmp_path / "counting.bin"
    image.write_bytes(IMAGE)
    options = {"target_override": chip.pyocd_target, "no_config": True, "connect_mode": "halt"}
    with (
        VirtualBoard("under-test", chip, None) as board,
        ConnectHelper.session_with_chosen_probe(
            unique_id=board.endpoints.probe, blocking=False, options=options
        ) as session,
    ):
        FileProgrammer(session).program(str(image), base_address=FLASH)
        target = session.target
        assert bytes(target.read_memory_block8(FLASH, len(IMAGE))) == IMAGE
        target.reset_and_halt()
        for address in (LOOP, LOOP + 2, STORE):
            target.set_breakpoint(address)
            target.resume()
            with Timeout(5) as patience:
                while patience.check() and target.get_state() is not Target.State.HALTED:
                    pass
            assert target.read_core_register("pc") == address
            assert target.get_halt_reason() is Target.HaltReason.BREAKPOINT
            target.remove_breakpoint(address)
