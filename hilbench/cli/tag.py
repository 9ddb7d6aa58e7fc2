"""`hilbench tag`: names for runs."""

from __future__ import annotations

import click

from hilbench.cli._options import examples, store_option


@click.command(
    epilog=examples(
        "hilbench tag latest release-1.2",
        "hilbench tag latest nightly --move",
        "hilbench compare release-1.2 latest --fail-on cycles:3%",
        "hilbench tag release-1.2 release-1.2 --delete",
    )
)
@click.argument("run")
@click.argument("tag")
@click.option("--move", is_flag=True, help="Take the tag from the run that has it.")
@click.option("--delete", is_flag=True, help="Take the tag off the run; the run stays.")
@store_option
def command(*, run: str, tag: str, move: bool, delete: bool, store: str) -> None:
    """Give a run a name, by which all commands find it.

    RUN is a run's id, tag or board, or latest. `hilbench runs` lists the tags; a tagged run is not pruned.
    """
    from hilbench.errors import ConfigError
    from hilbench.results import Store

    with Store(store, create=False) as opened:
        run_id = opened.run(run).run_id
        if not delete:
            opened.tag(run_id, tag, move=move)
            click.echo(f"{run_id} is {tag}")
            return
        if opened.tags().get(tag) != run_id:
            raise ConfigError(f"The run {run_id} has no tag '{tag}'; `hilbench runs` lists the tags.")
        opened.untag(tag)
        click.echo(f"{run_id} is no longer {tag}")
