"""Numeric functions (DMN 1.5, 10.3.4.5)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)
from typing import Any, Final

from engine.feel.builtins.signature import builtin, table
from engine.feel.decimals import CONTEXT, ONE, ZERO
from engine.feel.durations import DaysDuration, YearsDuration
from engine.feel.run import Run
from engine.feel.values import Value

_COST_OF_SERIES: Final = 10
_SMALLEST_SCALE, _LARGEST_SCALE = -6111, 6176
_QUANTUM: Final = Context(prec=13_000, Emin=-999_999, Emax=999_999)


def _rounding(mode: str) -> Callable[..., Value]:
    def rounded(_run: Run, value: Decimal, scale: Decimal = ZERO) -> Value:
        places = int(scale)
        if not _SMALLEST_SCALE <= places <= _LARGEST_SCALE:
            raise ValueError("no such scale")
        if places >= -int(value.as_tuple().exponent):
            return value
        quantum = ONE.scaleb(-places, _QUANTUM)
        return CONTEXT.create_decimal(value.quantize(quantum, mode, _QUANTUM)) + ZERO

    return rounded


def _modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Value:
    run.spend(_COST_OF_SERIES)
    if not divisor:
        run.warn("division_by_zero", operator="modulo")
        return None
    rest = _QUANTUM.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = _QUANTUM.add(rest, divisor)
    return CONTEXT.plus(rest)


def _absolute(_run: Run, value: Any) -> Value:
    if isinstance(value, Decimal):
        return CONTEXT.abs(value)
    if isinstance(value, DaysDuration):
        return DaysDuration(abs(value.nanoseconds))
    return YearsDuration(abs(value.total_months))


def _exponential(run: Run, value: Decimal) -> Value:
    run.spend(_COST_OF_SERIES)
    return CONTEXT.exp(value)


def _log(run: Run, value: Decimal) -> Value:
    run.spend(_COST_OF_SERIES)
    if value <= 0:
        raise ValueError("no logarithm")
    return CONTEXT.ln(value)


def _has_rest(rest: int) -> Callable[..., Value]:
    def has(_run: Run, value: Decimal) -> Value:
        if value != value.to_integral_value():
            raise ValueError("neither odd nor even")
        return _QUANTUM.remainder(value.copy_abs(), Decimal(2)) == rest

    return has


_SCALED = "n: number; scale: number"
_MAYBE_SCALED = "n: number; [scale]: number"

FUNCTIONS: Final = table(
    builtin("decimal", (_SCALED, _rounding(ROUND_HALF_EVEN))),
    builtin("floor", (_MAYBE_SCALED, _rounding(ROUND_FLOOR))),
    builtin("ceiling", (_MAYBE_SCALED, _rounding(ROUND_CEILING))),
    builtin("round up", (_SCALED, _rounding(ROUND_UP))),
    builtin("round down", (_SCALED, _rounding(ROUND_DOWN))),
    builtin("round half up", (_SCALED, _rounding(ROUND_HALF_UP))),
    builtin("round half down", (_SCALED, _rounding(ROUND_HALF_DOWN))),
    builtin("abs", ("n: number|duration", _absolute)),
    builtin("modulo", ("dividend: number; divisor: number", _modulo)),
    builtin("sqrt", ("number: number", lambda _run, value: CONTEXT.sqrt(value))),
    builtin("log", ("number: number", _log)),
    builtin("exp", ("number: number", _exponential)),
    builtin("odd", ("number: number", _has_rest(1))),
    builtin("even", ("number: number", _has_rest(0))),
)
