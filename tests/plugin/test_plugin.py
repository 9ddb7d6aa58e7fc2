"""The plugin as its users see it, on the real virtual board."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hilbench.chips import load_chip
from tests.networks.small_networks import small_network

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def _own_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of this room run side by side, on a board that one at a time may have."""
    monkeypatch.setenv("HILBENCH_LOCKS", str(tmp_path / "locks"))


_MEASURES = """
    import pytest

    @pytest.mark.hardware(board="stm32h7", power=True)
    def test_cost(bench):
        case = bench.case(operator="conv2d", in_h=6, in_w=6, in_c=4, out_c=4, kernel_h=3, kernel_w=3)
        row = bench(case)
        assert row.verified and row.status == "ok"
        assert row.energy is not None and row.energy.energy_j > 0
"""

_NEEDS_A_BOARD = """
    import pytest

    @pytest.mark.hardware(board="stm32h7")
    def test_never_runs():
        raise AssertionError("ran without a board")
"""


@pytest.mark.slow
def test_a_marked_test_measures_on_the_twin_and_leaves_its_figures(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(_MEASURES)
    result = pytester.runpytest_subprocess("--junitxml=results.xml")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*emulated on stm32h7-virtual, the virtual twin of stm32h7*"])
    properties = {
        element.get("name"): element.get("value")
        for element in ElementTree.parse(pytester.path / "results.xml").iter("property")  # noqa: S314  # ours
    }
    assert properties["hil_provenance"] == "emulated"
    assert properties["hil_status"] == "ok"
    assert float(properties["hil_cycles_median"] or 0) > 0
    assert float(properties["hil_energy_uj"] or 0) > 0
    currents = load_chip("stm32h743").currents
    assert currents
    assert float(properties["hil_energy_uncertainty_pct"] or 0) == currents.uncertainty_pct


@pytest.mark.slow
def test_a_network_runs_from_its_file(pytester: pytest.Pytester) -> None:
    (pytester.path / "small.tflite").write_bytes(small_network())
    pytester.makepyfile(
        """
        import pytest
        from hilbench.errors import DoesNotFit

        @pytest.mark.hardware(board="stm32h7", power=True)
        def test_cost(bench):
            row = bench("small.tflite")
            assert row.verified and row.status == "ok"
            assert [layer.operator for layer in row.network.layers][1:] == ["pointwise_conv2d", "softmax"]
            with pytest.raises(DoesNotFit, match="exceeds ram by"):
                bench("small.tflite", ram=256)
        """
    )
    result = pytester.runpytest_subprocess("--junitxml=results.xml")
    result.assert_outcomes(passed=1)
    assert 'value="network small selected"' in (pytester.path / "results.xml").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_example_of_the_documentation_passes(pytester: pytest.Pytester) -> None:
    page = (Path(__file__).parents[2] / "docs" / "pytest.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    pytester.makepyfile(example)
    pytester.runpytest_subprocess("-m", "hardware").assert_outcomes(passed=1)


@pytest.mark.slow
def test_the_board_is_opened_once_a_session(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        seen = []

        def test_first(board):
            seen.append(board)

        def test_second(board):
            assert seen == [board]
        """
    )
    pytester.runpytest_subprocess("--hil-board=stm32h7-virtual").assert_outcomes(passed=2)


def test_without_the_twin_an_absent_board_skips_with_the_reason(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(_NEEDS_A_BOARD)
    result = pytester.runpytest_subprocess("--hil-require-hardware", "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*No debug probe for 'stm32h7'*"])


def test_another_boards_file_is_used(pytester: pytest.Pytester, tmp_path: Path) -> None:
    boards = tmp_path / "bench.yaml"
    boards.write_text(
        "boards:\n  stm32h7:\n    description: mine\n    chip: stm32h743\n    serial: {port: /dev/ttyNONE}\n"
    )
    pytester.makepyfile(_NEEDS_A_BOARD)
    result = pytester.runpytest_subprocess(f"--hil-boards-file={boards}", "-rs")
    result.assert_outcomes(skipped=1)


def test_a_board_that_no_file_knows_is_an_error(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(_NEEDS_A_BOARD)
    result = pytester.runpytest_subprocess("--hil-board=nonesuch")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: No board 'nonesuch'; there are: stm32h7*"])


@pytest.mark.slow
def test_a_test_for_another_board_is_skipped(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.hardware(board="esp32")
        def test_elsewhere():
            raise AssertionError("ran on the wrong board")
        """
    )
    result = pytester.runpytest_subprocess("--hil-board=stm32h7-virtual", "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*needs 'esp32', this session has 'stm32h7-virtual'*"])


def test_unmarked_tests_open_no_board(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_plain(): pass")
    result = pytester.runpytest_subprocess("--hil-board=nonesuch", "--strict-markers")
    result.assert_outcomes(passed=1)


def test_the_marker_is_declared(pytester: pytest.Pytester) -> None:
    pytester.runpytest_subprocess("--markers").stdout.fnmatch_lines(["@pytest.mark.hardware(board=None*"])
