"""Reading the texts of a diagram: static or FEEL, compiled once, each error told with its place (dialect §2)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.bpmn.gate import named
from engine.bpmn.model import Site
from engine.bpmn.outcome import Binding
from engine.bpmn.refusals import error, warning
from engine.bpmn.scopes import NAME
from engine.bpmn.xml import Xml
from engine.errors import AmicaleError
from engine.feel import Expression, StaticText, static_or_expression
from engine.feel.builtins import BUILTINS
from engine.feel.calls import nearest
from engine.feel.special import SPECIAL
from engine.feel.syntax import Call, ContextLiteral, FunctionLiteral, Name, Node
from engine.findings import Finding

__all__ = ["Sites"]

_BINDINGS: dict[str, Binding] = {"latest": "latest", "deployment": "deployment", "versionTag": "versionTag"}


class Sites:
    """The texts of one element; what is wrong with them is added to `findings`.

    `functions`: the names of the functions that the host adds to FEEL; they may have blanks inside.
    """

    def __init__(self, node: Xml, findings: list[Finding], functions: Collection[str] = ()) -> None:
        self.functions = functions
        self.node = node
        self.findings = findings

    def refuse(self, code: str, **params: object) -> None:
        """Adds an error of this element."""
        element, name = named(self.node)
        self.findings.append(error(code, element, name, **params))

    def warn(self, code: str, **params: object) -> None:
        """Adds what is shown of this element, and refuses nothing."""
        element, name = named(self.node)
        self.findings.append(warning(code, element, name, **params))

    def text(self, value: str | None, place: str) -> Site | None:
        """A static text or an expression; None where nothing is written."""
        if value is None or not value.strip():
            return None
        return self._compiled(value, place)

    def needed(self, value: str | None, place: str) -> Site:
        """The same where something must be written."""
        if value is None or not value.strip():
            self.refuse("value_missing", place=place)
            return StaticText("")
        return self._compiled(value, place)

    def expression(self, value: str | None, place: str, *, plain: bool = False) -> Site:
        """What must be an expression. `plain`: BPMN's own places may leave out the “=”."""
        if value is None or not value.strip():
            self.refuse("value_missing", place=place)
            return StaticText("")
        trimmed = value.strip()
        if not trimmed.startswith("="):
            if not plain:
                self.refuse("feel_expected", place=place, text=_short(trimmed))
                return StaticText(trimmed)
            trimmed = f"={trimmed}"
        return self._compiled(trimmed, place)

    def name(self, value: str | None, place: str) -> str | None:
        """A variable's name, static."""
        if value is None or not value.strip():
            return None
        trimmed = value.strip()
        if NAME.fullmatch(trimmed) is None or trimmed in ("null", "true", "false", "typename"):
            self.refuse("name_invalid", place=place, text=_short(trimmed))
            return None
        return trimmed

    def path(self, value: str | None, place: str) -> tuple[str, ...]:
        """The target of a mapping: names with dots between."""
        parts = tuple(part.strip() for part in (value or "").split("."))
        if not all(NAME.fullmatch(part) for part in parts) or parts[0] in ("null", "true", "false", "typename"):
            self.refuse("name_invalid", place=place, text=_short(value or ""))
            return ("invalid",)
        return parts

    def number(self, value: str | None, place: str, low: int, high: int) -> Site | None:
        """A whole number or an expression."""
        site = self.text(value, place)
        if isinstance(site, StaticText) and not (
            site.text.isascii() and site.text.isdigit() and low <= int(site.text[:9]) <= high
        ):
            self.refuse("number_bad", place=place, text=_short(site.text), low=low, high=high)
            return None
        return site

    def binding(self, setting: Xml) -> tuple[Binding, Site | None]:
        """`bindingType` with its version tag."""
        written = setting.get("bindingType", "latest")
        tag = self.text(setting.get("versionTag"), "version tag")
        if written not in _BINDINGS:
            self.refuse("binding_unknown", binding=_short(written))
            return "latest", None
        if written == "versionTag" and tag is None:
            self.refuse("binding_needs_tag")
        return _BINDINGS[written], tag

    def _no_function(self, name: str, value: str, place: str) -> None:
        near = nearest(name, [*self.functions, *BUILTINS, *SPECIAL])
        if near is None:
            self.refuse("function_unknown", place=place, expression=_short(value), function=name)
        else:
            self.refuse("function_near", place=place, expression=_short(value), function=name, nearest=near)

    def _compiled(self, value: str, place: str) -> Site:
        try:
            site = static_or_expression(value, names=self.functions)
            unknown = unknown_function(site.tree, self.functions) if isinstance(site, Expression) else None
            if unknown is not None:
                self._no_function(unknown, value, place)
            return site
        except AmicaleError as refused:
            spot = {name: found for name, found in refused.params.items() if name not in ("expression", "position")}
            detail = refused.message.removesuffix(".")
            self.refuse("feel_invalid", place=place, expression=_short(value), detail=detail, **spot)
        except RecursionError:
            self.refuse("feel_invalid", place=place, expression=_short(value), detail="it is nested too deep")
        return StaticText("")


def flow_condition(sites: Sites, value: str | None) -> Site | None:
    """A sequence flow's condition; the editor writes “=”, other tools leave it out.

    An empty one is an error: what it should ask is left open (BPMN 2.0, 8.4.6: an underspecified expression).
    """
    return None if value is None else sites.expression(value, "condition", plain=True)


def unknown_function(tree: Node, functions: Collection[str]) -> str | None:
    """The first function called that nobody knows. An expression that makes functions itself is not judged."""
    called = None
    for node in _nodes(tree):
        if isinstance(node, FunctionLiteral | ContextLiteral):
            return None
        if called is None and isinstance(node, Call) and isinstance(node.function, Name):
            name = node.function.name
            if name not in BUILTINS and name not in SPECIAL and name not in functions:
                called = name
    return called


def _nodes(tree: object) -> Iterator[Node]:
    """A syntax tree's nodes."""
    stack = [tree]
    while stack:
        at = stack.pop()
        if isinstance(at, tuple):
            stack.extend(at)
        elif isinstance(at, Node):
            yield at
            stack.extend(getattr(at, name) for name in at.__dataclass_fields__)


def _short(text: str) -> str:
    return text if len(text) <= 200 else text[:200] + "…"
