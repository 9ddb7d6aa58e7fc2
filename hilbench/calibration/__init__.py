"""Calibration: what a board's micro-kernels take, and the parameters of its models that say the same."""
