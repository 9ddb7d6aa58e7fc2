"""A run of MLPerf Tiny on a board, from a model file to the runner's two files."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from hilbench.boards import BoardSession
from hilbench.deploy.inputs import InputRequest, NetworkInput, generated_inputs
from hilbench.deploy.mlperf.accuracy import Accuracy, Reals, anomaly_detection, classification
from hilbench.deploy.mlperf.mode import Mode
from hilbench.deploy.mlperf.transcript import Transcript, stamped
from hilbench.deploy.mlperf.windows import INPUTS, LEAST_INFERENCES, LEAST_SECONDS, Window, results_of
from hilbench.deploy.place import Place
from hilbench.deploy.program import Program
from hilbench.errors import ConfigError, LinkError, PowerError, VerifyError
from hilbench.files import write_whole
from hilbench.provenance import Provenance
from hilbench.quantization.conversion import dequantize
from hilbench.runner.verify import describe_difference
from hilbench.tensors import Array, ElementType

_LAP = re.compile(r"m-lap-us-(\d{1,18})")
_RESULTS = re.compile(r"m-results-\[([^\]]*)\]")
_WARM_UP = 1
_MARGIN = 1.02
"""Inferences beyond what the window needs by the device's cycles."""
_HALF_THOUSANDTH = 0.00051


@dataclass(frozen=True)
class MlperfRequest:
    """Request for a run.

    Attributes:
        mode: of MLPerf Tiny.
        inputs: of a user; five random ones where there are none.
        seconds: length of a window; the rules ask for 10.
    """

    mode: Mode
    inputs: InputRequest
    seconds: float = LEAST_SECONDS

    def __post_init__(self) -> None:
        if self.mode is Mode.ACCURACY and (self.inputs.path is None or self.inputs.labels is None):
            raise ConfigError("Accuracy needs a data set: give --input FOLDER and --labels FILE.")


@dataclass(frozen=True)
class MlperfResult:
    """Outcome of a run.

    Attributes:
        log: lines of the session.
        results: lines of its results.
        windows: of performance and energy mode.
        accuracy: of accuracy mode.
    """

    log: Sequence[str]
    results: Sequence[str]
    windows: Sequence[Window] = ()
    accuracy: Accuracy | None = None

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write `log.txt` and `results.txt` into a folder.

        Raises:
            ConfigError: it cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            paths = folder / "log.txt", folder / "results.txt"
            for path, lines in zip(paths, (self.log, self.results), strict=True):
                write_whole(path, "\n".join(lines) + "\n")
        except OSError as error:
            raise ConfigError(f"Cannot write into {folder}: {error.strerror}; give another --out.") from error
        return paths


def run_mlperf(request: MlperfRequest, board: BoardSession, place: Place) -> MlperfResult:
    """Run one mode on a board.

    Args:
        request: what is asked.
        board: an open one.
        place: of the network's program.

    Raises:
        VerifyError: an output is not the interpreter's.
        ConfigError: an input cannot be read.
        HilbenchError: as the board raises it.
    """
    session = _Session(request, board, place)
    return session.accuracy() if request.mode is Mode.ACCURACY else session.windows()


class _Session:
    """A board that runs a network, and the log of what passes."""

    def __init__(self, request: MlperfRequest, board: BoardSession, place: Place) -> None:
        program = place.packed.workload
        if not isinstance(program, Program):
            raise TypeError(f"{program} is no network of hilbench's")
        self._request = request
        self._board = board
        self._program = program
        self._log = Transcript()
        self._log.note("session", f"m-bmark-run-name[{request.mode.benchmark}]-code[{request.mode.code}]")
        self._log.note("session", f"m-board[{board.name}]-provenance[{board.provenance}]")
        place.start_on(board)
        board.check_flash(place.packed)
        self._ask("profile")

    def windows(self) -> MlperfResult:
        """Performance or energy of five inputs."""
        (cycles,) = self._board.run(1)
        wanted = self._request.seconds * self._board.clock_hz / cycles * _MARGIN
        inferences = max(LEAST_INFERENCES, int(wanted) + 1)
        measure = self._energy if self._request.mode is Mode.ENERGY else self._performance
        windows = [measure(given, inferences) for given in self._five()]
        return MlperfResult(self._end(), self._stamped(results_of(windows)), windows=windows)

    def accuracy(self) -> MlperfResult:
        """Metrics over the whole data set."""
        outputs: list[Reals] = []
        errors: dict[str, list[float]] = {}
        labels: list[int] = []
        for given in self._request.inputs.of(self._program):
            outputs.append(self._real(self._verified_output(given)).reshape(-1))
            labels.append(given.label or 0)
            if self._is_autoencoder:
                real = self._real(given.tensors[0], self._program.graph.inputs[0]).reshape(-1)
                errors.setdefault(given.file, []).append(float(np.mean((real - outputs[-1]) ** 2)))
        if self._is_autoencoder:
            by_file = dict(zip((name for name, of in errors.items() for _ in of), labels, strict=True))
            found = anomaly_detection([float(np.mean(of)) for of in errors.values()], [*by_file.values()])
        else:
            found = classification(np.stack(outputs), labels)
        return MlperfResult(self._end(), self._stamped(found.lines), accuracy=found)

    def _performance(self, given: NetworkInput, inferences: int) -> Window:
        self._load(given)
        begin = self._log.seconds
        answer = self._ask(f"infer {inferences} {_WARM_UP}")
        self._check_results(given, answer)
        laps = [int(found[1]) for line in answer if (found := _LAP.fullmatch(line))]
        if len(laps) != 2 or laps[1] <= laps[0]:
            raise LinkError(
                f"The device's answer to 'infer' has no two times: {laps}.", board=self._board.name
            )
        return Window(inferences, (laps[1] - laps[0]) / 1e6, begin)

    def _energy(self, given: NetworkInput, inferences: int) -> Window:
        self._load(given)
        self._check_results(given, self._ask(f"infer {_WARM_UP} 0"))
        self._load(given)
        begin = self._log.seconds
        read = self._board.window(inferences)
        if read is None:
            raise PowerError(
                f"'{self._board.name}' has no power meter; give it one in boards.yaml.",
                board=self._board.name,
            )
        energy, _ = read
        self._log.note("emon", f"m-window-[iterations={energy.iterations} samples={energy.samples}]")
        return Window(energy.iterations, energy.meter_s, begin, energy.energy_j)

    def _verified_output(self, given: NetworkInput) -> Array:
        self._load(given)
        self._ask("infer 1 0")
        expected = self._program.reference(given.tensors)
        if self._board.output().crc32 != zlib.crc32(expected.tobytes()):
            sentence = describe_difference(self._program, expected, self._board.read_output())
            raise VerifyError(f"{given.name}: {sentence}", board=self._board.name)
        return expected

    def _five(self) -> Iterator[NetworkInput]:
        """Five inputs; a user's, over and over where there are fewer."""
        inputs = self._request.inputs
        if inputs.path is None:
            return generated_inputs(self._program.inputs, self._program.seed, INPUTS)
        return islice(cycle(islice(inputs.of(self._program), INPUTS)), INPUTS)

    def _load(self, given: NetworkInput) -> None:
        size = sum(map(len, given.content))
        self._log.note("parser", f'Command "bload dut {given.name}"', f"Sending {size} bytes")
        self._board.write_inputs(given.content)
        self._log.note("parser", "m-bload-done")

    def _check_results(self, given: NetworkInput, answer: Sequence[str]) -> None:
        """Hold the first elements of the output, as the device prints them, against the interpreter's."""
        printed = next((found[1] for line in answer if (found := _RESULTS.fullmatch(line))), "")
        values = np.array([float(value) for value in printed.split(",") if value])
        expected = self._program.reference(given.tensors).reshape(-1)[: len(values)]
        if not len(values) or not np.allclose(values, expected, rtol=0, atol=_HALF_THOUSANDTH):
            raise VerifyError(
                f"{given.name}: the output begins {printed} instead of {', '.join(map(str, expected))}.",
                board=self._board.name,
            )

    def _ask(self, command: str) -> list[str]:
        answer = self._board.mlperf(command)
        self._log.note_answer(command, answer)
        return answer

    def _real(self, values: Array, name: str = "") -> Reals:
        tensor = self._program.graph.tensors[name or self._program.graph.outputs[0]]
        if values.dtype == ElementType.FLOAT32 or not tensor.quantization.scale.size:
            return values.astype(np.float64)
        return dequantize(values, tensor.quantization).astype(np.float64)

    @property
    def _is_autoencoder(self) -> bool:
        """Whether the output is of the input's shape: it reconstructs it."""
        specs = (*self._program.inputs, *self._program.outputs)
        return len(specs) == 2 and specs[0].shape == specs[1].shape

    def _end(self) -> list[str]:
        self._log.note("session", "m-session-stop")
        return self._log.lines

    def _stamped(self, texts: Iterator[str]) -> list[str]:
        lines = [stamped(self._log.seconds, self._request.mode.code, text) for text in texts]
        if self._board.provenance is Provenance.EMULATED:
            lines.append(stamped(self._log.seconds, "hilbench", "The board is emulated: no measurement."))
        return lines
