"""Operators found by their folders; cases from plain parameters, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from hilbench.errors import BuildError, CaseError
from hilbench.grids import load_grid
from hilbench.operators import load_operators, render
from hilbench.tensors import Activation, DType, Padding

OPERATORS = load_operators()

DOUBLE = '''
"""Twice the input."""
from hilbench.operators.base.elementwise import Elementwise

class Double(Elementwise):
    """Adds a tensor to itself."""
    name = "{name}"

    def reference(self, layer, inputs):
        return inputs[0] * 2
'''

TEMPLATE = """
{% import "_common/emit.c.j2" as emit with context %}
{{ emit.header() }}
{{ emit.opening() }} }
"""


def write_operator(folder: Path, name: str, source: str = DOUBLE) -> Path:
    """An operator's folder with a template that uses our macros and computes nothing."""
    home = folder / name
    home.mkdir(parents=True)
    (home / "operator.py").write_text(source.replace("{name}", name))
    (home / "reference.c.j2").write_text(TEMPLATE)
    return home


def test_every_folder_is_an_operator_with_a_reference() -> None:
    assert set(OPERATORS) >= {"conv2d", "depthwise_conv2d", "add", "upsample_nearest"}
    for name, operator in OPERATORS.items():
        assert operator.name == name
        assert operator.variants[0] == "reference"


def test_words_become_enums_and_the_rest_defaults() -> None:
    case = OPERATORS.case(
        operator="conv2d", in_h=4, in_w=5, in_c=3, out_c=2, padding="valid", activation="relu6"
    )
    assert (case.window.padding, case.activation, case.dtype) == (Padding.VALID, Activation.RELU6, DType.INT8)
    assert (case.kernel_h, case.window.stride, case.groups, case.variant) == (1, (1, 1), 1, "reference")


def test_short_forms_say_the_same() -> None:
    short = OPERATORS.case(operator="conv2d", input="6x5x4", out_c=8, kernel="1x3")
    long = OPERATORS.case(operator="conv2d", in_h=6, in_w=5, in_c=4, out_c=8, kernel_h=1, kernel_w=3)
    assert short == long
    assert OPERATORS.case(operator="max_pool2d", input="6x6x4", kernel=3).kernel_w == 3


def test_operators_derive_what_follows() -> None:
    depthwise = OPERATORS.case(operator="depthwise_conv2d", in_h=4, in_w=4, in_c=6)
    assert (depthwise.groups, depthwise.out_c) == (6, 6)
    pooling = OPERATORS.case(operator="max_pool2d", in_h=4, in_w=4, in_c=6)
    assert (pooling.window.kernel, pooling.window.stride, pooling.out_c) == ((2, 2), (2, 2), 6)
    vector = OPERATORS.case(operator="fully_connected", in_c=16, out_c=4)
    assert (vector.in_h, vector.in_w) == (1, 1)


@pytest.mark.parametrize("grid", ["quick", "full"])
def test_restoring_gives_the_case_back(grid: str) -> None:
    for case in load_grid(grid, OPERATORS):
        assert OPERATORS.layer(**case.case.parameters()) == case


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        (
            {"operator": "conv3d"},
            "No operator 'conv3d' (did you mean 'conv2d'?); there are: add, average_pool2d",
        ),
        ({"in_h": 4}, "A case needs the key operator"),
        ({"operator": "conv2d", "in_h": 4}, "A case of conv2d needs also: in_w, in_c, out_c"),
        (
            {"operator": "conv2d", "colour": 1},
            "A case has no key 'colour'; there are: operator, input, kernel, in_h",
        ),
        ({"operator": "conv2d", "in_h": "4"}, "in_h must be a whole number, not '4'"),
        ({"operator": "conv2d", "in_h": True}, "in_h must be a whole number, not True"),
        (
            {"operator": "conv2d", "padding": "full"},
            "padding must be one of same, valid, or like 1,0,1,0 (top, left, bottom, right), not 'full'",
        ),
        (
            {"operator": "conv2d", "dtype": "int4"},
            "dtype must be one of int8, float32, int16x8, int8x4, not 'int4'",
        ),
    ],
)
def test_wrong_parameters_are_named(parameters: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CaseError, match="^" + re.escape(sentence)):
        OPERATORS.case(**parameters)


def test_users_operators_stand_beside_ours(tmp_path: Path) -> None:
    write_operator(tmp_path, "double")
    registry = load_operators(tmp_path)
    assert set(registry) == {*OPERATORS, "double"}
    layer = registry.layer(operator="double", in_h=2, in_w=2, in_c=3)
    assert layer.macs == 12
    assert "void kernel(" in render(layer, "kernel")


@pytest.mark.parametrize(
    ("name", "source", "sentence"),
    [
        ("conv2d", DOUBLE, "Operator conv2d in .* exists already"),
        ("other", DOUBLE.replace("{name}", "double"), "names its operator 'double'"),
        ("empty", "", "must define one subclass of Operator, it defines 0"),
        ("broken", "1 / 0", "cannot be imported: ZeroDivisionError"),
        ("syntax", "def", "cannot be imported: SyntaxError"),
    ],
)
def test_broken_folders_are_named(tmp_path: Path, name: str, source: str, sentence: str) -> None:
    write_operator(tmp_path, name, source)
    with pytest.raises(CaseError, match=sentence):
        load_operators(tmp_path)


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="nowhere does not exist"):
        load_operators(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("template", "reason"),
    [("{{ nothing }}", "UndefinedError: 'nothing' is undefined"), ("{% if %}", "TemplateSyntaxError")],
)
def test_broken_templates_are_named(tmp_path: Path, template: str, reason: str) -> None:
    home = write_operator(tmp_path, "double")
    (home / "reference.c.j2").write_text(template)
    layer = load_operators(tmp_path).layer(operator="double", in_h=2, in_w=2, in_c=3)
    with pytest.raises(BuildError, match=f"The C of double 2x2x3->3 .*: {reason}.*mend .*double"):
        render(layer, "kernel")


def test_a_template_without_a_kernel_is_named(tmp_path: Path) -> None:
    home = write_operator(tmp_path, "double")
    (home / "fast.c.j2").write_text("")
    with pytest.raises(CaseError, match=r"has a template fast\.c\.j2; add a Kernel 'fast'"):
        load_operators(tmp_path)


@pytest.mark.parametrize("kernels", ['(Kernel(), Kernel("fast"))', '(Kernel("fast"),)'])
def test_a_kernel_without_a_template_is_named(tmp_path: Path, kernels: str) -> None:
    source = DOUBLE.replace("class Double", "from hilbench.operators import Kernel\n\nclass Double") + (
        f"\n    kernels = {kernels}\n"
    )
    write_operator(tmp_path, "double", source)
    with pytest.raises(CaseError, match=r"has no template fast\.c\.j2 for the kernel 'fast'"):
        load_operators(tmp_path)
