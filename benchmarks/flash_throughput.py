"""Speed of programming a virtual board through its wire: KiB/s by pyOCD's own flash algorithm.

The content is random, so that none of it is there already; the board is a process of its own.

    python benchmarks/flash_throughput.py [--kib N] [--rounds N]
"""

from __future__ import annotations

import argparse
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pyocd.core.helpers import ConnectHelper
from pyocd.core.session import Session
from pyocd.flash.file_programmer import FileProgrammer

from hilbench.boards import get_board, load_boards
from tests.launched import launched as start

FLASH = 0x0800_0000


@contextmanager
def debug_session() -> Iterator[Session]:
    """A session on a freshly started virtual board, which ends with it."""
    board = get_board(load_boards(), "stm32h7-virtual")
    launched = start(board)
    options = {"target_override": board.chip.pyocd_target, "no_config": True}
    try:
        with ConnectHelper.session_with_chosen_probe(
            unique_id=launched.endpoints.probe, blocking=False, options=options
        ) as session:
            yield session
    finally:
        launched.close()


def program(session: Session, content: Path) -> float:
    """Seconds that erasing and programming take."""
    start = time.perf_counter()
    session.probe.lock()
    try:
        FileProgrammer(session, progress=lambda _: None).program(str(content), base_address=FLASH)
    finally:
        session.probe.unlock()
    seconds = time.perf_counter() - start
    stored = session.target.read_memory_block8(FLASH, content.stat().st_size)
    assert bytes(stored) == content.read_bytes()
    return seconds


def main() -> None:
    """Print the rate of each round and the best."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kib", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    logging.getLogger("pyocd").setLevel(logging.ERROR)
    rates = []
    with TemporaryDirectory() as folder, debug_session() as session:
        content = Path(folder) / "random.bin"
        for _ in range(arguments.rounds):
            content.write_bytes(os.urandom(arguments.kib * 1024))
            rates.append(arguments.kib / program(session, content))
            print(f"{rates[-1]:7.0f} KiB/s")
    print(f"{max(rates):7.0f} KiB/s best of {len(rates)}")


if __name__ == "__main__":
    main()
