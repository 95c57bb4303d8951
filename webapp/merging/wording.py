"""Words about merges: names of fields, values as people read them, why two are suspected and what has to be settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from webapp.dates import day
from webapp.words import _, language
from workflows.association import options, wording
from workflows.association.merging import choices
from workflows.association.merging.choices import Pair

__all__ = ["Line", "fields", "lines", "obstacles", "reasons", "states"]


@dataclass(frozen=True, slots=True)
class Line:
    """A field of the comparison in words. `choice`: whether somebody has to choose; `taken`: KEPT or GONE."""

    field: str
    label: str
    kept: str
    gone: str
    choice: bool
    taken: str


def fields() -> Mapping[str, str]:
    """The names of the fields."""
    return {
        "civility": _("Form of address"),
        "first_names": _("First names"),
        "birth_name": _("Birth name"),
        "usage_name": _("Name in use"),
        "birth_date": _("Born on"),
        "deceased_on": _("Died on"),
        "lang": _("Language"),
        "employer": _("Employer"),
        "position": _("Position"),
        "sector": _("Sector"),
        "country": _("Country"),
        "zone": _("Time zone"),
        "situation": _("Situation"),
        choices.EMAIL: _("Address to write to"),
        choices.NUMBER: _("Member number"),
        choices.STANDING: _("Membership"),
    }


def reasons() -> Mapping[str, str]:
    """Why two records are suspected."""
    return {"EMAIL": _("same address"), "BIRTH": _("same birth date"), "NAME": _("same name")}


def obstacles() -> Mapping[str, str]:
    """What has to be settled before a merge."""
    return {
        "SAME": _("This is one record, not two."),
        "ERASED": _("One of the two was erased."),
        "ERASURE": _("A request for erasure is open for one of the two: decide on it first."),
        "RESTRICTED": _("The data of one of the two are restricted: they may not be used for anything else."),
        "TOGETHER": _("They appear together as two people, for instance as mentor and mentee: look whether they are."),
        "PAID_TWICE": _("Both have paid for the same time: refund one of the two payments first."),
    }


def states() -> Mapping[str, str]:
    """The states of a merge."""
    return {
        "ASKED": _("to confirm by somebody else"),
        "DONE": _("merged"),
        "REFUSED": _("not merged"),
        "UNDONE": _("undone"),
    }


def lines(pairs: list[Pair], taken: Mapping[str, str] | None = None) -> list[Line]:
    """The comparison: fields that both leave empty are left out."""
    known = fields()
    return [
        Line(
            each.field,
            known[each.field],
            _said(each.field, each.kept),
            _said(each.field, each.gone),
            each.differs,
            (taken or {}).get(each.field, each.default),
        )
        for each in pairs
        if _said(each.field, each.kept) or _said(each.field, each.gone)
    ]


def _said(field: str, value: object) -> str:
    if value in (None, "", "NONE"):
        return ""
    if isinstance(value, date):
        return day(value)
    if isinstance(value, tuple):
        _status, entitlement, until = value
        end = _("for life") if until == date.max else day(until)
        return f"{wording.entitlement(str(entitlement), language())}, {end}"
    if field == "country":
        return dict(options.countries(language())).get(str(value), str(value))
    if field == "lang":
        return _("French") if value == "fr" else _("English")
    if field == "civility":
        return _("Mr") if value == "M" else _("Ms")
    return situations().get(str(value), str(value)) if field == "situation" else str(value)


def situations() -> Mapping[str, str]:
    """What somebody does."""
    return {
        "EMPLOYED": _("employed"),
        "SELF": _("self-employed"),
        "JOB_SEEKER": _("looking for work"),
        "RETIRED": _("retired"),
        "STUDENT": _("student"),
        "OTHER": _("other"),
    }
