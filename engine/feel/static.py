"""The places of a diagram that take a text as it stands or, behind `=`, an expression."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from engine.feel.compiler import Expression, compile_expression
from engine.feel.decimals import number
from engine.feel.errors import NotFeelValue
from engine.feel.run import Environment, Evaluation
from engine.feel.values import Value


@dataclass(frozen=True, slots=True)
class StaticText:
    """A value written as it stands; evaluating it answers just that."""

    text: str
    names: ClassVar[frozenset[str]] = frozenset()

    def evaluate(self, _variables: Mapping[str, Value], _environment: Environment) -> Evaluation:
        """The text."""
        return Evaluation(self.text, ())


@dataclass(frozen=True, slots=True)
class StaticNumber:
    """A number written as it stands."""

    number: Decimal
    names: ClassVar[frozenset[str]] = frozenset()

    @property
    def text(self) -> str:
        """The number as text."""
        return str(self.number)

    def evaluate(self, _variables: Mapping[str, Value], _environment: Environment) -> Evaluation:
        """The number."""
        return Evaluation(self.number, ())


def static_or_expression(text: str, *, names: Collection[str] = ()) -> StaticText | Expression:
    """Behind `=` an expression (FeelSyntaxError if it is none), else a static text; both without outer blanks."""
    trimmed = text.strip()
    return compile_expression(trimmed[1:].strip(), names=names) if trimmed[:1] == "=" else StaticText(trimmed)


def static_number(text: str, *, names: Collection[str] = ()) -> StaticNumber | Expression:
    """The same where a number is asked. NotFeelValue if the static text is no number."""
    found = static_or_expression(text, names=names)
    if isinstance(found, Expression):
        return found
    try:
        value = number(found.text)
    except ArithmeticError:
        raise NotFeelValue(kind=f"text “{found.text}” where a number is asked") from None
    if not value.is_finite():
        raise NotFeelValue(kind=f"text “{found.text}” where a number is asked")
    return StaticNumber(value)
