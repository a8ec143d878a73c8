"""Values of compiled code that hold the numbers of several rows, as a processor's vector registers do.

The compiler turns plain loops into vector instructions by itself, but does not keep many sums of a loop in registers.
With `Lanes` it does: `+`, `−` and `*` work lane by lane, also with one number for all lanes; `load` and `store` copy
between arrays and lanes. Widths are constants: `LANES` numbers fill one register.

Made with Numba's low-level extension interface, https://numba.readthedocs.io/en/stable/extending/low-level.html
"""

from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.imputils import lower_builtin
from numba.extending import intrinsic, models, register_model, type_callable
from numba.np.arrayobj import make_array

from gmm_core.engines.numba.compilation import has_wide_registers, prepare_compilation

prepare_compilation()

LANES = 8 if has_wide_registers() else 4
"""The numbers in one register; if a processor's registers are smaller, a `Lanes` takes two or four of them."""
NUMBER = 8
"""The bytes of a number; lanes in an array are aligned to multiples of this, and of no more."""


class Lanes(types.Type):
    """Numba's type of `width` numbers side by side."""

    def __init__(self, width: int) -> None:
        self.width = width
        super().__init__(name=f"Lanes({width})")


def _vector(width: int) -> Any:
    return ir.VectorType(ir.DoubleType(), width)


@register_model(Lanes)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, lanes: Lanes) -> None:
        super().__init__(manager, lanes, _vector(lanes.width))


def _in_all_lanes(builder: Any, number: Any, width: int) -> Any:
    nothing = ir.Constant(_vector(width), ir.Undefined)
    first = builder.insert_element(nothing, number, ir.IntType(32)(0))
    return _picked(builder, first, first, [0] * width)


def _picked(builder: Any, one: Any, other: Any, lanes: list[int]) -> Any:
    """The given lanes of two vectors; the numbers of the second vector's lanes follow those of the first."""
    mask = ir.Constant(ir.VectorType(ir.IntType(32), len(lanes)), lanes)
    return builder.shuffle_vector(one, other, mask)


def _lane_by_lane(operation: Any, instruction: str) -> None:
    @type_callable(operation)
    def typed(context: Any) -> Any:
        def typer(one: types.Type, other: types.Type) -> Any:
            both = {one, other}
            lanes = [kind for kind in both if isinstance(kind, Lanes)]
            return lanes[0] if len(lanes) == 1 and both <= {lanes[0], types.float64} else None

        return typer

    def lowered(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        width = signature.return_type.width
        vectors = [
            value if isinstance(kind, Lanes) else _in_all_lanes(builder, value, width)
            for kind, value in zip(signature.args, values, strict=True)
        ]
        return getattr(builder, instruction)(*vectors)

    for kinds in ((Lanes, Lanes), (Lanes, types.Float), (types.Float, Lanes)):
        lower_builtin(operation, *kinds)(lowered)


for _operations, _instruction in {
    (operator.add, operator.iadd): "fadd",
    (operator.sub, operator.isub): "fsub",
    (operator.mul, operator.imul): "fmul",
}.items():
    for _operation in _operations:
        _lane_by_lane(_operation, _instruction)


def _in_place(function: Any) -> Any:
    """Numba's `intrinsic`, typed as Any: callers pass all arguments but the first."""
    return intrinsic(prefer_literal=True)(function)


def _pointer(context: Any, builder: Any, kind: Any, array: Any, i: Any, b: Any, width: int) -> Any:
    """The address of array[i, b], as that of `width` numbers."""
    place = cgutils.get_item_pointer(
        context, builder, kind, make_array(kind)(context, builder, array), [i, b]
    )
    return builder.bitcast(place, _vector(width).as_pointer())


def _read(context: Any, builder: Any, kind: Any, array: Any, i: Any, b: Any, width: int) -> Any:
    pointer = _pointer(context, builder, kind, array, i, b, width)
    return builder.load(pointer, align=NUMBER, typ=_vector(width))


def _write(context: Any, builder: Any, kind: Any, array: Any, i: Any, b: Any, lanes: Any) -> None:
    pointer = _pointer(context, builder, kind, array, i, b, lanes.type.count)
    builder.store(lanes, pointer, align=NUMBER)


@_in_place
def zeros(typing: Any, width: Any) -> Any:
    """`width` lanes of 0."""
    lanes = Lanes(width.literal_value)

    def lowered(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return ir.Constant(_vector(lanes.width), [0.0] * lanes.width)

    return lanes(width), lowered


@_in_place
def load(typing: Any, array: Any, i: Any, b: Any, width: Any) -> Any:
    """array[i, b : b + width], without checking that it is within the array."""
    lanes = Lanes(width.literal_value)

    def lowered(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return _read(context, builder, array, values[0], values[1], values[2], lanes.width)

    return lanes(array, types.intp, types.intp, width), lowered


@_in_place
def store(typing: Any, array: Any, i: Any, b: Any, lanes: Any) -> Any:
    """Write array[i, b : b + width], without checking that it is within the array."""

    def lowered(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        _write(context, builder, array, *values)
        return context.get_dummy_value()

    return types.none(array, types.intp, types.intp, lanes), lowered


@_in_place
def add_totals(typing: Any, array: Any, i: Any, j: Any, one: Any, two: Any, three: Any, four: Any) -> Any:
    """Add the sums over the lanes of four to array[i, j : j + 4], without checking that it is within the array."""

    def lowered(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        # Neighbours are added, then pairs of those; what is left is one, two, three, four over and over.
        target, i, j, a, b, c, d = values
        width = one.width
        even = [lane + source for lane in range(0, width, 2) for source in (0, width)]
        odd = [lane + 1 for lane in even]
        ab = builder.fadd(_picked(builder, a, b, even), _picked(builder, a, b, odd))
        cd = builder.fadd(_picked(builder, c, d, even), _picked(builder, c, d, odd))
        first = [lane + source + of for lane in range(0, width, 4) for source in (0, width) for of in (0, 1)]
        second = [lane + 2 for lane in first]
        total = builder.fadd(_picked(builder, ab, cd, first), _picked(builder, ab, cd, second))
        while width > 4:
            width //= 2
            low, high = list(range(width)), list(range(width, 2 * width))
            total = builder.fadd(_picked(builder, total, total, low), _picked(builder, total, total, high))
        held = _read(context, builder, array, target, i, j, 4)
        _write(context, builder, array, target, i, j, builder.fadd(held, total))
        return context.get_dummy_value()

    return types.none(array, types.intp, types.intp, one, two, three, four), lowered


@_in_place
def transpose(typing: Any, rows: Any, n: Any, d: Any, x: Any, b: Any) -> Any:
    """Write rows[n : n + 4, d : d + 4], transposed, into x[d : d + 4, b : b + 4], without checking bounds."""

    def lowered(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        source, n, d, target, b = values
        one, two, three, four = (
            _read(context, builder, rows, source, builder.add(n, n.type(step)), d, 4) for step in range(4)
        )
        even, odd = [0, 4, 2, 6], [1, 5, 3, 7]
        low, high = [0, 1, 4, 5], [2, 3, 6, 7]
        for step, (pairs, half) in enumerate(((even, low), (odd, low), (even, high), (odd, high))):
            upper, lower = _picked(builder, one, two, pairs), _picked(builder, three, four, pairs)
            feature = _picked(builder, upper, lower, half)
            _write(context, builder, x, target, builder.add(d, d.type(step)), b, feature)
        return context.get_dummy_value()

    return types.none(rows, types.intp, types.intp, x, types.intp), lowered
