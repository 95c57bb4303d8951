"""Numbers of FEEL: decimal128 (IEEE 754-2008), 34 digits, rounded half to even (DMN 1.5, 10.3.2.3.1)."""

from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    Underflow,
)
from typing import Final

DIGITS: Final = 34

# Shared by all threads: only its status flags are ever written, and nobody reads them.
CONTEXT: Final = Context(
    prec=DIGITS,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    clamp=0,
    traps=[InvalidOperation, DivisionByZero, Overflow, Underflow],
)
# For intermediate results whose exact digits matter (a quantity of nanoseconds, a remainder).
WIDE: Final = Context(prec=120, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)

add = CONTEXT.add
subtract = CONTEXT.subtract
multiply = CONTEXT.multiply
divide = CONTEXT.divide
power = CONTEXT.power
negate = CONTEXT.minus
number = CONTEXT.create_decimal


def as_int(value: Decimal) -> int | None:
    """The whole number that `value` is, or None if it has a fraction or is beyond any list or calendar."""
    if value.adjusted() > 30 or value != value.to_integral_value():
        return None
    return int(value)


def plain(value: Decimal) -> str:
    """The digits of a number: no exponent while a person can read it, no superfluous zeros."""
    if value == 0:
        return "0"
    short = value.normalize(CONTEXT)
    if -40 < short.adjusted() < 40:
        return f"{short:f}"
    return str(short)
