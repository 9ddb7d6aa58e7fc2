"""Example traces as bytes: NumPy's npz, so that anyone can read what the store keeps."""

from __future__ import annotations

import io
import zipfile

import numpy as np

from hilbench.errors import StoreError
from hilbench.power.trace import Edge, PowerTrace
from hilbench.results.run import ExampleTrace


def pack_trace(example: ExampleTrace) -> bytes:
    """`example` as a compressed npz archive."""
    trace = example.trace
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        current=trace.current,
        voltage=trace.voltage,
        rate=np.float64(trace.rate),
        edges=np.array([(edge.index, edge.rising) for edge in trace.edges], dtype=np.int64).reshape(-1, 2),
        dropped=np.int64(trace.dropped),
        gaps=np.array(trace.gaps, dtype=np.int64),
        window=np.array([example.start.index, example.stop.index], dtype=np.int64),
        iterations=np.int64(example.iterations),
        label=np.array(example.label),
    )
    return buffer.getvalue()


def unpack_trace(npz: bytes) -> ExampleTrace:
    """The example that `pack_trace` packed.

    Raises:
        StoreError: the bytes are something else.
    """
    try:
        with np.load(io.BytesIO(npz), allow_pickle=False) as data:
            arrays = dict(data)
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        raise StoreError(f"The stored example trace cannot be read: {error}.") from error
    start, stop = (int(index) for index in arrays["window"])
    return ExampleTrace(
        label=str(arrays["label"]),
        trace=PowerTrace(
            current=arrays["current"],
            voltage=arrays["voltage"],
            rate=float(arrays["rate"]),
            edges=tuple(Edge(int(index), bool(rising)) for index, rising in arrays["edges"]),
            dropped=int(arrays["dropped"]),
            gaps=tuple(int(gap) for gap in arrays["gaps"]),
        ),
        start=Edge(start, rising=False),
        stop=Edge(stop, rising=True),
        iterations=int(arrays["iterations"]),
    )
