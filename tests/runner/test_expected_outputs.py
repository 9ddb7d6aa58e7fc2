from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from hilbench.errors import VerifyError
from hilbench.operators import Layer, load_operators
from hilbench.runner.expected_outputs import ExpectedOutputs, reference_output
from hilbench.runner.verify import describe_difference
from hilbench.tensors import Array


def test_expected_is_the_checksum_of_the_reference(small: Layer) -> None:
    output = reference_output(small).tobytes()
    with ExpectedOutputs() as references:
        references.prepare([small])
        expected = references.expected(small)
    assert (expected.bytes, expected.crc32) == (len(output), zlib.crc32(output))


def test_cases_do_not_share_what_they_expect(small: Layer, other: Layer) -> None:
    with ExpectedOutputs() as references:
        references.prepare([small, other])
        assert references.expected(small) != references.expected(other)


def test_an_operator_that_cannot_compute_is_a_verdict(small: Layer) -> None:
    class Broken(type(small.operator)):  # type: ignore[misc]  # the class is only known once it is loaded
        def reference(self, layer: Layer, inputs: Sequence[Array]) -> Array:
            raise ZeroDivisionError("by design")

    broken = replace(small, operator=Broken(small.operator.folder))
    with ExpectedOutputs() as references, pytest.raises(VerifyError, match="ZeroDivisionError: by design"):
        references.expected(broken)


def test_the_first_difference_is_named(small: Layer) -> None:
    expected = reference_output(small)
    wrong = expected.copy()
    wrong[0, 1, 2, 0] += 1
    wrong[0, 3, 3, 1] += 1
    sentence = describe_difference(small, expected, wrong.tobytes())
    assert f"[0, 1, 2, 0] is {wrong[0, 1, 2, 0]} instead of {expected[0, 1, 2, 0]}" in sentence
    assert f"2 of {expected.size}" in sentence


def test_signed_zeros_differ_though_they_compare_equal(small: Layer) -> None:
    case = load_operators().layer(**small.case.parameters() | {"dtype": "float32"})
    expected = np.zeros((4, 4, 3), np.float32)
    wrong = expected.copy()
    wrong[0, 1, 2] = -0.0
    assert "[0, 1, 2] is -0 instead of 0" in describe_difference(case, expected, wrong.tobytes())


def test_an_output_that_reads_back_right_is_said_to(small: Layer) -> None:
    expected = reference_output(small)
    assert "no difference" in describe_difference(small, expected, expected.tobytes())
