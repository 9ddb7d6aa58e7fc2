"""Inputs of networks: random ones, and a user's images and arrays."""

from hilbench.deploy.inputs.network_input import NetworkInput, generated_inputs
from hilbench.deploy.inputs.preprocessing import Preprocessing
from hilbench.deploy.inputs.request import InputRequest
from hilbench.deploy.inputs.source import InputSource

__all__ = ["InputRequest", "InputSource", "NetworkInput", "Preprocessing", "generated_inputs"]
