"""Families of operators that share shapes, data, reference and what their C needs."""
