"""Boxed expressions, functions, services and types for tests, written as little as possible."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from tests.engine.dmn.models import literal, row


def conditional(condition: str, yes: str, no: str) -> str:
    """A boxed conditional."""
    parts = zip(("if", "then", "else"), (condition, yes, no), strict=True)
    return f"<conditional>{''.join(f'<{name}>{literal(text)}</{name}>' for name, text in parts)}</conditional>"


def filtered(source: str, match: str) -> str:
    """A boxed filter."""
    return f"<filter><in>{literal(source)}</in><match>{literal(match)}</match></filter>"


def iterated(kind: str, source: str, text: str) -> str:
    """A boxed `for`, `some` or `every` over `x`."""
    part = "return" if kind == "for" else "satisfies"
    body = f"<in>{literal(source)}</in><{part}>{literal(text)}</{part}>"
    return f'<{kind} iteratorVariable="x">{body}</{kind}>'


def context(**entries: str) -> str:
    """A boxed context of literal expressions."""
    made = (f'<contextEntry><variable name="{name}"/>{literal(text)}</contextEntry>' for name, text in entries.items())
    return f"<context>{''.join(made)}</context>"


def invocation(called: str, **bindings: str) -> str:
    """A boxed invocation."""
    bound = (f'<binding><parameter name="{name}"/>{literal(text)}</binding>' for name, text in bindings.items())
    return f"<invocation>{literal(called)}{''.join(bound)}</invocation>"


def function(parameter: str, body: str) -> str:
    """A boxed function definition."""
    return f'<functionDefinition><formalParameter name="{parameter}"/>{body}</functionDefinition>'


def knowledge(name: str, parameters: Sequence[str], body: str, *, kind: str = "", language: str = "FEEL") -> str:
    """A business knowledge model; types of parameters behind a colon."""
    formal = "".join(_typed("formalParameter", *parameter.partition(":")[::2]) for parameter in parameters)
    logic = f'<encapsulatedLogic kind="{language}">{formal}{body}</encapsulatedLogic>'
    return (
        f'<businessKnowledgeModel id="{name}" name="{name}">{_typed("variable", name, kind)}{logic}'
        "</businessKnowledgeModel>"
    )


def service(name: str, parts: str, *, kind: str = "") -> str:
    """A decision service; its parts as `kind=id`, by blank."""
    body = "".join('<{} href="#{}"/>'.format(*part.split("=")) for part in parts.split())
    return f'<decisionService id="{name}" name="{name}">{_typed("variable", name, kind)}{body}</decisionService>'


def _typed(element: str, name: str, kind: str) -> str:
    return f'<{element} name="{name}"{f" typeRef={chr(34)}{kind}{chr(34)}" if kind else ""}/>'


def column(name: str, values: str = "", *, default: str = "", kind: str = "") -> str:
    """An output column."""
    body = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    body += f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
    return _typed("output", name, kind).replace("/>", f">{body}</output>")


def columns(policy: str, heads: Sequence[str], *rows: str) -> str:
    """A decision table over `a` with these output columns; the aggregation behind the policy."""
    name, _blank, aggregation = policy.partition(" ") if policy.startswith("COLLECT") else (policy, "", "")
    extra = f' aggregation="{aggregation}"' if aggregation else ""
    head = "<input><inputExpression><text>a</text></inputExpression></input>" + "".join(heads)
    body = "".join(row(number, text) for number, text in enumerate(rows, 1))
    return f'<decisionTable hitPolicy="{name}"{extra}>{head}{body}</decisionTable>'


def item(
    name: str, base: str = "", *, allowed: str = "", constraint: str = "", many: bool = False, **components: str
) -> str:
    """An item definition: of a type, or of components."""
    body = f"<typeRef>{base}</typeRef>" if base else ""
    body += f"<allowedValues><text>{escape(allowed)}</text></allowedValues>" if allowed else ""
    body += f"<typeConstraint><text>{escape(constraint)}</text></typeConstraint>" if constraint else ""
    body += "".join(
        f'<itemComponent name="{part}"><typeRef>{kind}</typeRef></itemComponent>' for part, kind in components.items()
    )
    collection = ' isCollection="true"' if many else ""
    return f'<itemDefinition name="{name}"{collection}>{body}</itemDefinition>'
