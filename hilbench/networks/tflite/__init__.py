"""TFLite files as graphs; needs the extra `networks`."""

from hilbench.networks.tflite.reader import import_tflite, read_tflite

__all__ = ["import_tflite", "read_tflite"]
