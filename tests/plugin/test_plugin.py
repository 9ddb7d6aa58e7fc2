"""The plugin as its users see it, on the real virtual board."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hilbench.boards import load_boards
from hilbench.chips import load_chip
from hilbench.results.csv_file import read_csv, write_csv
from tests.launched import launched
from tests.networks.small_networks import small_network

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def _own_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of this room run side by side, on a board that one at a time may have."""
    monkeypatch.setenv("HILBENCH_LOCKS", str(tmp_path / "locks"))
    monkeypatch.delenv("PYTEST_XDIST_WORKER_COUNT", raising=False)  # of the session that runs this test


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
            with pytest.raises(DoesNotFit, match="exceeds (dtcm|axi) by"):
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


_PHYSICAL = (
    "boards:\n  stm32h7:\n    description: mine\n    chip: stm32h743\n    serial: {port: /dev/ttyNONE}\n"
)


@pytest.fixture
def physical(tmp_path: Path) -> str:
    """An option that names a file of one board, which is not attached and has no twin."""
    path = tmp_path / "bench.yaml"
    path.write_text(_PHYSICAL)
    return f"--hil-boards-file={path}"


def test_an_absent_board_skips_with_the_reason(pytester: pytest.Pytester, physical: str) -> None:
    pytester.makepyfile(_NEEDS_A_BOARD)
    result = pytester.runpytest_subprocess(physical, "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*No debug probe for 'stm32h7'*"])


@pytest.mark.parametrize("option", ["--hil-strict", "--hil-require-hardware"])
def test_a_strict_session_takes_an_absent_board_for_an_error(
    pytester: pytest.Pytester, physical: str, option: str
) -> None:
    pytester.makepyfile(_NEEDS_A_BOARD)
    result = pytester.runpytest_subprocess(physical, option)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*No debug probe for 'stm32h7'*"])


@pytest.mark.slow
def test_workers_do_not_share_a_board_on_the_bench(pytester: pytest.Pytester, tmp_path: Path) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.hardware(board="stm32h7")
        @pytest.mark.parametrize("number", [1, 2])
        def test_any(number):
            pass
        """
    )
    with closing(launched(load_boards()["stm32h7-virtual"])) as board:
        wires = (
            f"probe: {{unique_id: '{board.endpoints.probe}'}}, serial: {{port: '{board.endpoints.serial}'}}"
        )
        entry = f"{{description: mine, chip: stm32h743, {wires}}}"
        path = tmp_path / "bench.yaml"
        path.write_text(f"boards:\n  stm32h7: {entry}\n")
        result = pytester.runpytest_subprocess(f"--hil-boards-file={path}", "-n", "2")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*cannot share *: run with -n 0*"])


def test_short_names_can_be_left_to_others(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nhil_short_names = false\n")
    pytester.makepyfile("def test_mine(bench): pass")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'bench' not found*"])


@pytest.mark.slow
def test_a_figure_is_held_against_its_baseline(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_cost(hil_bench):
            case = hil_bench.case(operator="conv2d", input="6x6x4", out_c=4, kernel=3)
            hil_bench.check(case, max_regression="3%", variant="reference", flags="-O2")
        """
    )
    board = "--hil-board=stm32h7-virtual"
    absent = pytester.runpytest_subprocess(board)
    absent.assert_outcomes(failed=1)
    absent.stdout.fnmatch_lines(["*take one with --hil-update-baseline*"])
    pytester.runpytest_subprocess(board, "--hil-update-baseline").assert_outcomes(passed=1)
    pytester.runpytest_subprocess(board).assert_outcomes(passed=1)
    path = pytester.path / "hil_baseline.csv"
    rows = read_csv(path)
    assert len(rows) == 1
    of_samples = ["cycles_median", "cycles_ci_low", "cycles_ci_high"]
    write_csv(rows.assign(**{name: rows[name] / 1.05 for name in of_samples}), path)
    worse = pytester.runpytest_subprocess(board)
    worse.assert_outcomes(failed=1)
    worse.stdout.fnmatch_lines(["*cycles +5.0 %*"])


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
