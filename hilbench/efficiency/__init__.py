"""Efficiency of operators, rooflines, comparison between runs."""
