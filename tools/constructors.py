"""Types of the constructors that `hilbench` has for its operators, made from what the operators declare.

python -m tools.constructors            # print them
python -m tools.constructors --write    # put them into hilbench/api/constructors.pyi
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from hilbench.api.construction import documentation, parameter_types
from hilbench.operators import Operator
from hilbench.operators.registry import own_operators

TARGET = Path(__file__).resolve().parents[1] / "hilbench" / "api" / "constructors.pyi"
_HEAD = '''"""Types of the constructors of cases: made by python -m tools.constructors --write."""

from collections.abc import Mapping

from hilbench.operators import Layer, Tuning

Size = int | str | tuple[int, ...]
Shape = str | tuple[int, ...]
Shapes = str | list[tuple[int, ...]] | tuple[tuple[int, ...], ...]
'''


def stub() -> str:
    """Text of the file: a declaration an operator."""
    operators = own_operators()
    names = "".join(f'    "{name}",\n' for name in operators)
    functions = "\n".join(line for operator in operators.values() for line in _function(operator))
    return f"{_HEAD}\n{functions}\n__all__ = [\n{names}]\n"


def _function(operator: Operator) -> Iterator[str]:
    yield f"def {operator.name}("
    yield "    *,"
    for name, kind in parameter_types(operator).items():
        yield f"    {name}: {kind} | None = None,"
    yield ") -> Layer:"
    yield f'    """{documentation(operator).splitlines()[0]}"""'
    yield ""


def main() -> None:
    """Print the types, or write them."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--write", action="store_true", help="put them into hilbench/api/constructors.pyi")
    if parser.parse_args().write:
        TARGET.write_text(stub(), encoding="utf-8")
    else:
        print(stub(), end="")


if __name__ == "__main__":
    main()
