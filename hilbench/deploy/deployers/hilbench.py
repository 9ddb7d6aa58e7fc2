"""hilbench's own way: generated kernels, a memory plan, a program."""

from __future__ import annotations

from hilbench.deploy.deployer import Deployer, Model
from hilbench.deploy.deployment import OWN, Deployment, deploy
from hilbench.deploy.site import Site
from hilbench.errors import DoesNotFit
from hilbench.networks.rounding import with_rounding

_ATTEMPTS = 4
"""Times that kernels are chosen anew where the linked image is too large."""


class GeneratedKernels(Deployer):
    """The kernels that a sweep measures, the fastest of each layer that fit."""

    @property
    def label(self) -> str:
        """The project's name."""
        return OWN

    def deploy(self, model: Model, site: Site) -> Deployment:
        """The model as hilbench's own program; where bands of layers exceed the flash, by smaller kernels.

        The kernels are chosen by the flash of whole layers. What bands add is known once it is linked.
        """
        flash = site.builder.flash_bytes
        deployed = self._deployed(model, site, flash)
        for _ in range(_ATTEMPTS):
            lacking = site.lacking_flash(deployed.program) if deployed.is_banded else 0
            if not lacking:
                break
            flash = min(flash, deployed.expected_flash) - lacking
            try:
                deployed = self._deployed(model, site, flash)
            except DoesNotFit:  # nor would less flash do; the image's own refusal names the chip's
                break
        return deployed.held_against(model.oracle(site.oracle))

    def _deployed(self, model: Model, site: Site, flash: int) -> Deployment:
        """The model with kernels within so many bytes of flash."""
        return deploy(
            with_rounding(model.graph, site.rounding),
            site.registry,
            site.predictor,
            site.banks,
            flash,
            keep_dead_channels=site.keep_dead_channels,
            constant_room=site.constant_room,
            tuned=site.tuned,
        )
