"""Figures of a year as pages show them: in words and numbers, each beside its aim, and which years may be chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import request
from flask_babel import format_decimal, format_percent
from flask_babel.speaklater import LazyString

from webapp.words import _, language, ngettext
from workflows.association import wording
from workflows.association.measures import COUNT, DAYS, EUROS, SHARE, Measure, Number

Names = Mapping[str, LazyString]


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of the page; `verdict`: whether the aim is met, in words, empty where there is no aim."""

    name: str
    value: str
    of: str
    aim: str
    verdict: str
    met: bool | None


def lines(found: Sequence[Measure], names: Names, parts: Names) -> Sequence[Line]:
    """The figures in words."""
    return [_line(each, names, parts) for each in found]


def _line(found: Measure, names: Names, parts: Names) -> Line:
    name = str(names[found.key])
    if found.part:
        name = f"{name} ({parts[found.part]})"
    verdict = "" if found.met is None else _("as aimed at") if found.met else _("not as aimed at")
    nothing = _("too few people to tell") if found.hidden else _("nothing to count yet")
    value = nothing if found.value is None else _said(found.kind, found.value)
    of = _("counted over %(num)d", num=found.of) if found.of and found.kind != COUNT else ""
    return Line(name, value, of, _aim(found), verdict, found.met)


def _said(kind: str, value: Number) -> str:
    if kind == SHARE:
        return str(format_percent(value))
    if kind == EUROS:
        return wording.amount(Decimal(value), language())
    told = str(format_decimal(value))
    if kind == DAYS:
        return ngettext("%(told)s day", "%(told)s days", 1 if value <= 1 else 2, told=told)
    return told


def _aim(found: Measure) -> str:
    if found.least is not None and found.most is not None:
        low, high = _said(found.kind, found.least), _said(found.kind, found.most)
        return _("between %(low)s and %(high)s", low=low, high=high)
    if found.least is not None:
        return _("at least %(low)s", low=_said(found.kind, found.least))
    return _("at most %(high)s", high=_said(found.kind, found.most)) if found.most is not None else ""


def chosen(first: int | None, today: date, address: Callable[[int], str]) -> tuple[int, Sequence[tuple[int, str]]]:
    """The year of the page, this one where none is asked for, and every year that may be chosen, the newest first."""
    earliest = min(first or today.year, today.year)
    asked = request.args.get("year", type=int)
    shown = asked if asked is not None and earliest <= asked <= today.year else today.year
    return shown, [(number, address(number)) for number in range(today.year, earliest - 1, -1)]
