"""ONNX files as graphs; needs the extra `networks`."""

from hilbench.networks.onnx.reader import import_onnx, read_onnx

__all__ = ["import_onnx", "read_onnx"]
