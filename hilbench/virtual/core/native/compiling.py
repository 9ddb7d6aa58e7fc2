"""Makes an object file of the hooks: Numba turns them into LLVM's language, LLVM that into machine code.

Numba's own C callbacks carry an exchange of Python errors, which these hooks cannot raise and which takes
longer than most of them. So each gets a plain C function around it here. By Numba's calling convention
(`numba.core.callconv.CPUCallConv`) the first argument is where the result goes, the second where an error
would, and what returns is a status.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from llvmlite import binding as llvm
from llvmlite import ir
from numba import int64, njit, types
from numba.extending import intrinsic

Part = Any
"""A part of Numba's or LLVM's code generation, for which Numba has no types."""
Number = Any
"""An int64 or a truth value, as Numba sees it."""
Table = Any
"""A pointer to int64 words, as Numba sees it."""
Engine = Any
"""Unicorn's handle, a pointer."""
F = TypeVar("F", bound=Callable[..., object])

PREFIX = "hilbench_"
"""Prefix of the hooks' names as C functions, and of what the loader gives the hooks to call."""
_PLAIN: dict[str, Any] = {"error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""Options of Numba: no check for division by zero, nothing callable from Python."""
_NOWHERE = 1
"""Address given to Numba, which links what it makes and wants one; nothing is executed there."""
_RESULTS = {"none": "void", "uint8": "i8", "int64": "i64"}
"""LLVM's types of what hooks return, by Numba's."""


@dataclass(frozen=True)
class _Hook:
    function: Callable[..., object]
    signature: str


_hooks: list[_Hook] = []


def hook(signature: str) -> Callable[[F], F]:
    """Have a function become a C function of that signature."""

    def register(function: F) -> F:
        _hooks.append(_Hook(function, signature))
        return function

    return register


def compiled(function: F) -> F:
    """Have Numba compile a function, for hooks to call."""
    made: F = njit(**_PLAIN)(function)
    return made


@intrinsic  # type: ignore[untyped-decorator]
def word_at(_context: Part, _address: Part) -> Part:
    """The 32-bit word at an address of this process, zero-extended, for compiled functions."""

    def generate(_context: Part, builder: Part, _signature: Part, arguments: Part) -> Part:
        (address,) = arguments
        pointer = builder.inttoptr(address, ir.IntType(32).as_pointer())
        return builder.zext(builder.load(pointer), ir.IntType(64))

    return int64(int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def words_at(_context: Part, _address: Part) -> Part:
    """A pointer to the int64 words at an address of this process, for compiled functions."""

    def generate(_context: Part, builder: Part, _signature: Part, arguments: Part) -> Part:
        (address,) = arguments
        return builder.inttoptr(address, ir.IntType(64).as_pointer())

    return types.CPointer(int64)(int64), generate


def words_at_symbol(name: str) -> Part:
    """A function, for compiled ones to call, that returns a pointer to the int64 words at a symbol."""

    def words(_context: Part) -> Part:
        def generate(_context: Part, builder: Part, _signature: Part, _arguments: Part) -> Part:
            known = builder.module.globals
            return known.get(name) or ir.GlobalVariable(builder.module, ir.IntType(64), name)

        return types.CPointer(int64)(), generate

    return intrinsic(words)


def object_code(machine: Part, called: Iterable[str]) -> bytes:
    """An object file with every hook that was imported, each by its name behind `PREFIX`.

    Args:
        machine: LLVM's description of the processor to translate for.
        called: functions that they call, and which are linked to them later.
    """
    for name in called:
        llvm.add_symbol(name, _NOWHERE)
    module = llvm.parse_assembly("")
    for each in _hooks:
        _add(module, each)
    tuning = llvm.create_pipeline_tuning_options(speed_level=3)
    passes = llvm.create_pass_builder(machine, tuning)
    passes.getModulePassManager().run(module, passes)
    code: bytes = machine.emit_object(module)
    return code


def _add(module: Part, added: _Hook) -> None:
    """Compile a hook, and put a C function around what came out."""
    dispatcher = njit(added.signature, **_PLAIN)(added.function)
    (signature,) = dispatcher.signatures
    made = dispatcher.overloads[signature]
    inside = llvm.parse_assembly(dispatcher.inspect_llvm(signature))
    name = made.fndesc.llvm_func_name
    kinds = [str(each.type) for each in inside.get_function(name).arguments][2:]
    result = _RESULTS[str(made.signature.return_type)]
    outside = _c_function(PREFIX + added.function.__name__, result, kinds, name)
    module.link_in(inside)
    module.link_in(llvm.parse_assembly(outside))
    module.get_function(name).linkage = "internal"
    module.get_function(PREFIX + added.function.__name__).add_function_attribute("noinline")


def _c_function(name: str, result: str, kinds: list[str], inner: str) -> str:
    """A C function that calls one of Numba's, in LLVM's language."""
    arguments = ", ".join(f"{kind} %a{index}" for index, kind in enumerate(kinds))
    answer = "ret void" if result == "void" else f"%answer = load {result}, ptr %result\nret {result} %answer"
    return f"""
declare i32 @{inner}(ptr, ptr, {", ".join(kinds)})
define {result} @{name}({arguments}) {{
%result = alloca i64
%status = call i32 @{inner}(ptr %result, ptr null, {arguments})
{answer}
}}"""
