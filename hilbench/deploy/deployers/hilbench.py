"""hilbench's own way: generated kernels, a memory plan, a program."""

from __future__ import annotations

from hilbench.deploy.deployer import Deployer, Model
from hilbench.deploy.deployment import OWN, Deployment, deploy
from hilbench.deploy.site import Site
from hilbench.networks.rounding import with_rounding


class GeneratedKernels(Deployer):
    """The kernels that a sweep measures, the fastest of each layer that fit."""

    @property
    def label(self) -> str:
        """The project's name."""
        return OWN

    def deploy(self, model: Model, site: Site) -> Deployment:
        """The model as hilbench's own program."""
        deployed = deploy(
            with_rounding(model.graph, site.rounding),
            site.registry,
            site.predictor,
            site.banks,
            site.builder.flash_bytes,
            keep_dead_channels=site.keep_dead_channels,
            constant_room=site.constant_room,
        )
        return deployed.held_against(model.oracle(site.oracle))
