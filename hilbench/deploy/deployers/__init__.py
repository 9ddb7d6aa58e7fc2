"""Deployers: a module each, and those of other packages, by entry points.

A module defines one subclass of `Deployer`, which `--deployer` names by the module's name.
"""

from hilbench.deploy.deployer import Deployer
from hilbench.errors import ConfigError
from hilbench.plugins import Plugins

DEPLOYERS: Plugins[Deployer] = Plugins(
    Deployer,  # type: ignore[type-abstract]  # its subclasses are what is made
    __name__,
    "hilbench.deployers",
    "deployer",
)


def find_deployer(text: str) -> Deployer:
    """The deployer that `name` or `name:argument` names.

    Raises:
        ConfigError: there is none, or it cannot be used so.
    """
    name, _, argument = text.partition(":")
    try:
        kind = DEPLOYERS.find(name)
    except ConfigError as error:
        sentence = str(error)
        raise type(error)(f"{sentence[0].upper()}{sentence[1:]}.") from None
    return kind(argument)


__all__ = ["DEPLOYERS", "find_deployer"]
