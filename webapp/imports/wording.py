"""The kinds of files in words, who brings them in, and the columns that each knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from webapp.auth import SignedIn
from webapp.words import _
from workflows.association.import_columns import COLUMNS
from workflows.association.import_kinds import KINDS
from workflows.association.import_log import PEOPLE

# Who answers for what a file holds. Gifts are the Foundation's: nobody of the Association brings them in.
BRINGERS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        PEOPLE: frozenset({"DATA", "ADMIN"}),
        "memberships": frozenset({"MEMBERSHIP", "DATA", "ADMIN"}),
        "mandates": frozenset({"FINANCE", "ADMIN"}),
        "gifts": frozenset({"FOUNDATION_GIFTS"}),
        "mentorships": frozenset({"MENTORING", "ADMIN"}),
    }
)
_NEEDED: Final = {PEOPLE: ("first_names", "birth_name")}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column as a file heads it."""

    name: str
    needed: bool


def names() -> Mapping[str, str]:
    """Each kind of file."""
    return {
        PEOPLE: _("People"),
        "memberships": _("Memberships"),
        "mandates": _("Direct debit mandates"),
        "gifts": _("Gifts"),
        "mentorships": _("Mentorships"),
    }


def kinds_of(person: SignedIn) -> Sequence[str]:
    """The kinds that somebody may bring in, in the order in which they build on each other."""
    return [kind for kind, roles in BRINGERS.items() if roles & person.roles]


def headings(kind: str) -> Sequence[Heading]:
    """The columns of a kind: those that a file must have first."""
    columns = COLUMNS if kind == PEOPLE else KINDS[kind].columns
    needed = _NEEDED.get(kind) or KINDS[kind].needed
    found = [Heading(column.heading, key in needed) for key, column in columns.items()]
    return sorted(found, key=lambda each: not each.needed)
