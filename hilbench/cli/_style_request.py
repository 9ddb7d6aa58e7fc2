"""Request for a network on a board, of the options that style transfer's commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from hilbench.cli._invocation import required_board, tried_configurations, typed_command
from hilbench.cli._options import DEFAULT_FLAGS

if TYPE_CHECKING:
    from hilbench.deploy.session import NetworkRequest

HOST_BOARD = "host"
"""Board that is this computer."""


def style_request(
    model: Path, board: str | None, representative: Path | None, asked: dict[str, Any]
) -> NetworkRequest:
    """Request for one model; pictures are its inputs later.

    Args:
        model: its file.
        board: entry of boards.yaml.
        representative: inputs by which a Keras model is quantised.
        asked: options by their names, those of `hilbench bench` that the command has.

    Raises:
        ConfigError: no board is named, or there is no such one.
    """
    from hilbench.boards import load_boards
    from hilbench.deploy.session import NetworkRequest
    from hilbench.image import find_toolchain
    from hilbench.runner.run_settings import RunSettings

    entry = required_board(board, load_boards(asked["boards_file"]))
    asked = {"placement": None, "flags": DEFAULT_FLAGS, "toolchain": "auto"} | asked
    placement, flags, compiler = asked.pop("placement"), asked.pop("flags"), asked.pop("toolchain")
    toolchain = find_toolchain(compiler)
    settings = RunSettings(iterations=asked.pop("iterations", 3), power=not asked.pop("no_power", False))
    return NetworkRequest(
        models=(model,),
        representative=representative,
        board=entry.name,
        configurations=tried_configurations(entry, toolchain, flags, placement),
        settings=settings,
        command=typed_command(),
        **asked,
    )
