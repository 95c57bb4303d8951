"""From syntax trees back to text: reading the text again gives the same tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from engine.feel.lexer import quote
from engine.feel.syntax import (
    Arithmetic,
    AtLiteral,
    Between,
    Call,
    Comparison,
    ContextLiteral,
    Filter,
    For,
    FunctionLiteral,
    If,
    InstanceOf,
    Iterator,
    ListLiteral,
    Literal,
    Logical,
    Membership,
    Name,
    Negation,
    Node,
    Path,
    Quantified,
    RangeLiteral,
    Span,
    Tests,
    TypeName,
    UnaryRange,
)

_TIGHT: Final = (Literal, AtLiteral, Name, ListLiteral, ContextLiteral, RangeLiteral)


def to_source(node: Node) -> str:
    """An expression, or unary tests, that is read as this tree."""
    return _PRINTERS[type(node)](node)


def _operand(node: Node) -> str:
    return to_source(node) if isinstance(node, _TIGHT) else f"({to_source(node)})"


def _all(nodes: tuple[Node, ...], separator: str = ", ") -> str:
    return separator.join(to_source(node) for node in nodes)


def _literal(node: Literal) -> str:
    value = node.value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return quote(value) if isinstance(value, str) else str(value)


def _binary(node: Arithmetic | Comparison) -> str:
    return f"{_operand(node.left)} {node.operator} {_operand(node.right)}"


def _range(node: RangeLiteral) -> str:
    opening, closing = "[" if node.low_included else "(", "]" if node.high_included else ")"
    return f"{opening}{_operand(node.low)}..{_operand(node.high)}{closing}"


def _context(node: ContextLiteral) -> str:
    return f"{{{', '.join(f'{quote(key)}: {to_source(value)}' for key, value in node.entries)}}}"


def _call(node: Call) -> str:
    named = [f"{name}: {to_source(value)}" for name, value in node.named]
    return f"{_operand(node.function)}({', '.join(named) if named else _all(node.arguments)})"


def _iterators(iterators: tuple[Iterator, ...]) -> str:
    return ", ".join(f"{iterator.name} in {_domain(iterator.domain)}" for iterator in iterators)


def _domain(node: Node) -> str:
    return f"{_operand(node.low)}..{_operand(node.high)}" if isinstance(node, Span) else _operand(node)


def _function(node: FunctionLiteral) -> str:
    formal = ", ".join(p.name if p.type is None else f"{p.name}: {_type(p.type)}" for p in node.parameters)
    return f"function({formal}) {'external ' if node.external else ''}{to_source(node.body)}"


def _type(node: TypeName) -> str:
    if node.name == "function" and node.result is not None:
        return f"function<{', '.join(_type(part) for part in node.arguments)}> -> {_type(node.result)}"
    inside = [_type(part) for part in node.arguments] + [f"{key}: {_type(part)}" for key, part in node.entries]
    return f"{node.name}<{', '.join(inside)}>" if inside else node.name


def _tests(node: Tests) -> str:
    if not node.tests:
        return "-"
    return f"not({_all(node.tests)})" if node.negated else _all(node.tests)


_PRINTERS: Final[dict[type, Callable[[Any], str]]] = {
    Literal: _literal,
    AtLiteral: lambda node: f"@{quote(node.text)}",
    Name: lambda node: node.name,
    Negation: lambda node: f"-{_operand(node.operand)}",
    Arithmetic: _binary,
    Comparison: _binary,
    Logical: lambda node: f" {node.operator} ".join(_operand(part) for part in node.operands),
    Between: lambda node: f"{_operand(node.value)} between {_operand(node.low)} and {_operand(node.high)}",
    Membership: lambda node: f"{_operand(node.value)} in ({_all(node.tests)})",
    InstanceOf: lambda node: f"{_operand(node.value)} instance of {_type(node.type)}",
    Path: lambda node: f"{_operand(node.source)}.{node.name}",
    Filter: lambda node: f"{_operand(node.source)}[{to_source(node.condition)}]",
    Call: _call,
    If: lambda node: f"if {to_source(node.condition)} then {to_source(node.yes)} else {to_source(node.no)}",
    For: lambda node: f"for {_iterators(node.iterators)} return {to_source(node.body)}",
    Quantified: lambda node: f"{node.kind} {_iterators(node.iterators)} satisfies {to_source(node.condition)}",
    ListLiteral: lambda node: f"[{_all(node.items)}]",
    ContextLiteral: _context,
    RangeLiteral: _range,
    UnaryRange: lambda node: f"{node.operator} {_operand(node.operand)}",
    FunctionLiteral: _function,
    Tests: _tests,
}
