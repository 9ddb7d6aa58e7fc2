from __future__ import annotations

import pytest

from hilbench.image.stack_usage import from_su


@pytest.mark.parametrize(
    ("text", "bytes_"),
    [
        ("", 0),
        ("case.c:7:6:case_1\t24\tstatic\n", 24),
        ("case.c:7:6:case_1\t24\tstatic\ncase.c:2:1:helper\t8\tdynamic,bounded\n", 32),
    ],
)
def test_functions_of_a_su_file_add_up(
    text: str, bytes_: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("su") / "case.su"
    path.write_text(text)
    assert from_su(path) == bytes_
