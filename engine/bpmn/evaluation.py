"""FEEL at the places of a diagram: what a text must answer there, and when that is an incident (dialect §2)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from engine.bounds import IDENTIFIER, KEY, explained, fault_of
from engine.bpmn.errors import Trouble
from engine.bpmn.explanations import NullExplained
from engine.bpmn.model import Site
from engine.bpmn.tokens import Token
from engine.feel import StaticText
from engine.feel.values import Function, Value, to_text, type_name

__all__ = ["condition", "key_text", "optional_text", "text_of", "texts_of", "value_of", "whole_number"]

_FATAL = frozenset({"budget_exceeded", "assertion_failed", "assert_failed"})


def value_of(site: Site, token: Token, kind: str, sight: Mapping[str, Value] | None = None) -> Value:
    """The value of a static text or an expression. Raises Trouble where the expression may not be evaluated at all
    (its budget is spent, or its own `assert` failed); null with a warning is a value, as in Camunda 8,
    whose reason is kept in history."""
    if isinstance(site, StaticText):
        return site.text
    variables = token.sight() if sight is None else sight
    value, warnings = site.evaluate(variables, token.workflow.at_hand.environment)
    for warning in warnings:
        if warning.code in _FATAL:
            message = f"`{site.text}` cannot be evaluated: {warning.code}"
            raise Trouble(kind, warning.code, message, **{**warning.params, "expression": site.text})
    if value is None and warnings:
        element = token.task_spec.element.id
        token.workflow.tell(NullExplained(token.id, element, site.text, warnings))
    if _holds_function(value):
        message = f"`{site.text}` answers a function, which no variable can hold"
        raise Trouble(kind, "function_as_value", message, expression=site.text)
    return value


def _holds_function(value: Value) -> bool:
    if isinstance(value, dict):
        return any(_holds_function(item) for item in value.values())
    if isinstance(value, list):
        return any(_holds_function(item) for item in value)
    return isinstance(value, Function)


def condition(site: Site, token: Token, sight: Mapping[str, Value] | None = None) -> bool:
    """A condition's answer. Raises Trouble for null or anything else that is no boolean, naming unknown names."""
    variables = token.sight() if sight is None else sight
    value = value_of(site, token, "condition", variables)
    if isinstance(value, bool):
        return value
    names: list[str] = sorted(getattr(site, "names", ()))
    functions = token.workflow.at_hand.environment.functions
    unknown = [name for name in names if name not in variables and name not in functions]
    if unknown:
        known = ", ".join(sorted(variables)) or "none"
        message = f"unknown name “{unknown[0]}” in `{site.text}` — known: {known}"
        raise Trouble(
            "condition", "unknown_name", message, expression=site.text, unknown=unknown[0], known=sorted(variables)
        )
    found = type_name(value)  # never the value: it may be personal data
    message = f"`{site.text}` must be true or false, but is {found}"
    raise Trouble("condition", "not_boolean", message, expression=site.text, value=found)


def optional_text(site: Site | None, token: Token, what: str, limit: int = IDENTIFIER) -> str | None:
    """Text, or None where nothing is written or the expression is null.

    Raises Trouble for another type, and for text that has no place in a column (`engine.bounds`).
    """
    if site is None:
        return None
    value = value_of(site, token, "expression")
    if value is None or value == "":
        return None
    if isinstance(value, Decimal):
        value = to_text(value)
    if isinstance(value, str):
        return _fit(value, limit, site, what)
    message = f"{what} (`{site.text}`) must be text, but is {type_name(value)}"
    raise Trouble("expression", "not_text", message, what=what, expression=site.text)


def _fit(text: str, limit: int, site: Site, what: str) -> str:
    fault = fault_of(text, limit)
    if fault is None:
        return text
    message = f"{what} (`{site.text[:IDENTIFIER]}`) {explained(fault, limit)}"
    raise Trouble("expression", fault, message, what=what, expression=site.text, limit=limit)


def text_of(site: Site, token: Token, what: str, limit: int = IDENTIFIER) -> str:
    """Text that must be there. Raises Trouble for null."""
    text = optional_text(site, token, what, limit)
    if text is None:
        message = f"{what} (`{site.text}`) is empty"
        raise Trouble("expression", "empty_text", message, what=what, expression=site.text)
    return text


def key_text(site: Site | None, token: Token) -> str:
    """A correlation key: text, or a number as its text (dialect §2). Raises Trouble for anything else."""
    return "" if site is None else text_of(site, token, "the correlation key", KEY)


def texts_of(site: Site | None, token: Token, what: str, limit: int = IDENTIFIER) -> tuple[str, ...]:
    """A comma list, or the texts of a list value, each once. Raises Trouble for another type."""
    if site is None:
        return ()
    value = value_of(site, token, "expression")
    if value is None:
        return ()
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(dict.fromkeys(_fit(str(item), limit, site, what) for item in value))
    message = f"{what} (`{site.text}`) must be a list of texts, but is {type_name(value)}"
    raise Trouble("expression", "not_texts", message, what=what, expression=site.text)


def whole_number(site: Site | None, token: Token, what: str, default: int, low: int, high: int) -> int:
    """A whole number between two bounds; the default where nothing is written. Raises Trouble."""
    if site is None:
        return default
    value = value_of(site, token, "expression")
    if value is None or value == "":
        return default
    try:
        number = Decimal(value) if isinstance(value, str) else value
        if isinstance(number, Decimal) and number == number.to_integral_value() and low <= number <= high:
            return int(number)
    except (ArithmeticError, ValueError):
        pass  # falls through to the one refusal below: the text is no number
    message = f"{what} (`{site.text}`) must be a whole number from {low} to {high}"
    raise Trouble("expression", "not_a_number", message, what=what, expression=site.text, low=low, high=high)
