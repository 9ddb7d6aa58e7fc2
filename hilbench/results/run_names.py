"""Names of runs: by id, by tag, by board."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from hilbench.errors import ConfigError
from hilbench.results.run import RunRecord

LATEST = "latest"
"""The run that began last."""
_TAG = re.compile(r"[A-Za-z0-9][\w.+-]{0,99}")


def find_run(name: str, runs: Sequence[RunRecord], tags: Mapping[str, str], where: str) -> RunRecord:
    """The run called `name`: its id or tag, `latest`, a board for its latest run, or the beginning of one id.

    Args:
        name: as it was typed.
        runs: all there are, oldest first.
        tags: run id by tag.
        where: name of the store, for the sentence.

    Raises:
        ConfigError: there is none, or there are several; the sentence says which there are.
    """
    by_id = {run.run_id: run for run in runs}
    if name in by_id:
        return by_id[name]
    if name in tags:
        return by_id[tags[name]]
    of_board = [run for run in runs if name in (LATEST, run.board)]
    if of_board:
        return of_board[-1]
    found = [run for run in runs if run.run_id.startswith(name)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(run.run_id for run in (found or runs)[-5:]) or "none yet"
    tagged = f"; tags: {', '.join(sorted(tags))}" if tags and not found else ""
    problem = f"'{name}' is the beginning of several runs" if found else f"No run '{name}'"
    raise ConfigError(f"{problem} in {where}; there are: {known}{tagged}.")


def check_tag(tag: str, runs: Sequence[RunRecord]) -> None:
    """See that a tag differs from every other name of a run.

    Raises:
        ConfigError: it cannot.
    """
    if not _TAG.fullmatch(tag):
        raise ConfigError(
            f"'{tag}' is no tag; take up to 100 letters, digits, '.', '_', '+' and '-', beginning with a "
            "letter or a digit."
        )
    if tag == LATEST or any(tag in (run.run_id, run.board) for run in runs):
        raise ConfigError(f"'{tag}' already names runs; take another tag.")
