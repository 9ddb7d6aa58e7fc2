"""Networks by name and task, as the command line says them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from hilbench.design.families import Family, Task
from hilbench.design.nets.builder import NetworkBuilder
from hilbench.design.nets.comparison import DsCnn, McuNetLike, MobileNetV2, ResNet
from hilbench.design.nets.detection import detection_head
from hilbench.design.nets.network import NetworkSpec, Shape
from hilbench.design.nets.phinet import PhiNet
from hilbench.design.nets.style import StyleNet
from hilbench.design.nets.xinet import XiNet
from hilbench.errors import ConfigError
from hilbench.suggestions import alternatives


@dataclass(frozen=True)
class Hyperparameters:
    """Everything that the command line can say about a network; None for the network's default.

    Attributes:
        classes: of a classifier or detector; length of an embedding.
        lite: whether a style-transfer network is the lite one.
        swish: whether XiNet and PhiNet have SiLU and h-swish, else ReLU6.
    """

    input: Shape | None = None
    alpha: float | None = None
    beta: float | None = None
    gamma: int | None = None
    t_zero: float | None = None
    levels: int | None = None
    classes: int | None = None
    task: Task | None = None
    lite: bool = False
    swish: bool = True

    def given(self, *names: str) -> dict[str, object]:
        """Hyperparameters called `names` that were said."""
        return {name: value for name in names if (value := getattr(self, name)) is not None}


def build_network(name: str, chosen: Hyperparameters) -> NetworkSpec:
    """The network called `name`.

    Raises:
        ConfigError: there is none of that name, or it is for other tasks.
        ModelError: a layer would have no channels or pixels.
    """
    if name not in NETWORKS:
        raise ConfigError(f"No network '{name}'{alternatives(name, NETWORKS)}")
    return NETWORKS[name](chosen)


def _xinet(chosen: Hyperparameters) -> NetworkSpec:
    given = chosen.given("input", "alpha", "beta", "gamma", "levels")
    return _headed(replace(XiNet(), **given, silu=chosen.swish), chosen)  # type: ignore[arg-type]


def _phinet(chosen: Hyperparameters) -> NetworkSpec:
    given = chosen.given("input", "alpha", "beta", "t_zero")
    if chosen.levels is not None:
        given["blocks"] = chosen.levels
    network = replace(PhiNet(), **given, swish=chosen.swish, squeeze=chosen.swish)  # type: ignore[arg-type]
    return _headed(network, chosen)


def _audio(chosen: Hyperparameters) -> NetworkSpec:
    embedding = replace(chosen, task=Task.EMBED, input=chosen.input or (64, 101, 1))
    return _phinet(replace(embedding, alpha=chosen.alpha or 1.5))


def _headed(network: XiNet | PhiNet, chosen: Hyperparameters) -> NetworkSpec:
    """A backbone with the head of a task."""
    if chosen.task is Task.STYLE:
        raise ConfigError("The network for style transfer is 'style'.")
    if chosen.task in (None, Task.CLASSIFY):
        return replace(network, classes=chosen.classes).build()
    name = f"{chosen.task}_{network.build().name}"
    builder = NetworkBuilder(name, network.input)
    features = network.features(builder)
    if chosen.task is Task.EMBED:
        return builder.network([builder.dense(builder.global_pool(features[-1]), chosen.classes or 1024)])
    return builder.network(detection_head(builder, features, chosen.classes or 20))


def _style(chosen: Hyperparameters) -> NetworkSpec:
    given = chosen.given("input", "alpha", "beta", "gamma")
    return replace(StyleNet(lite=chosen.lite), **given).build()  # type: ignore[arg-type]


def _mobilenet(chosen: Hyperparameters) -> NetworkSpec:
    return replace(MobileNetV2(), **chosen.given("input", "alpha", "classes")).build()  # type: ignore[arg-type]


def _mcunet(chosen: Hyperparameters) -> NetworkSpec:
    return replace(McuNetLike(), **chosen.given("input", "alpha", "classes")).build()  # type: ignore[arg-type]


def _resnet(chosen: Hyperparameters) -> NetworkSpec:
    return replace(ResNet(), **chosen.given("input", "alpha", "classes")).build()  # type: ignore[arg-type]


def _dscnn(chosen: Hyperparameters) -> NetworkSpec:
    return replace(DsCnn(), **chosen.given("input", "alpha", "classes")).build()  # type: ignore[arg-type]


NETWORKS: Mapping[str, Callable[[Hyperparameters], NetworkSpec]] = {
    Family.XINET: _xinet,
    Family.PHINET: _phinet,
    Family.STYLE: _style,
    Family.AUDIO: _audio,
    Family.MOBILENETV2: _mobilenet,
    Family.MCUNET: _mcunet,
    Family.RESNET: _resnet,
    Family.DSCNN: _dscnn,
}
"""Networks by their names on the command line."""
