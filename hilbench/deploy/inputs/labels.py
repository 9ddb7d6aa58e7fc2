"""Right classes of inputs, from a text file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from hilbench.deploy.inputs.network_input import NetworkInput
from hilbench.errors import ConfigError


def read_labels(path: Path) -> list[tuple[str, int]]:
    """Name of the input, or an empty one, and index of its class, of each line.

    A line is `3`, for the inputs in their order, or `cat.png,3`; what is between the first comma and the last
    is ignored, as the number of classes in MLPerf Tiny's y_labels.csv. Empty lines and those that begin with
    `#` count as none.

    Raises:
        ConfigError: the file cannot be read, or a line has no class.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"Cannot read the labels {path}: {error}.") from error
    labels = []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        *names, label = (word.strip() for word in text.split(","))
        if not label.isdecimal():
            raise ConfigError(
                f"Line {number} of {path} has no class: '{text[:40]}'; write `3` or `cat.png,3`."
            )
        labels.append((names[0] if names else "", int(label)))
    return labels


def labelled(inputs: Iterable[NetworkInput], labels: list[tuple[str, int]]) -> Iterator[NetworkInput]:
    """Inputs with their labels: by their names, or their files', where labels have names, else by order.

    Raises:
        ConfigError: an input has no label.
    """
    named = {name: label for name, label in labels if name}
    for number, given in enumerate(inputs):
        by_order = labels[number][1] if number < len(labels) else None
        label = named.get(given.name, named.get(given.file)) if named else by_order
        if label is None:
            raise ConfigError(f"There is no label for {given.name}; the file has {len(labels)}.")
        yield replace(given, label=label)
