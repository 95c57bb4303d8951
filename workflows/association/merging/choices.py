"""Which of two records says what: field by field, with what would be taken if nobody chose.

What is empty on one side is taken from the other. Names that are not chosen stay as former names, numbers as former
numbers: whoever knows somebody by them finds her still (domain P1.7).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from workflows.association import memberships
from workflows.association.contacts import Email
from workflows.association.memberships import Membership
from workflows.association.merging.rows import kept as as_kept
from workflows.association.people import Alias, Person

__all__ = [
    "EMAIL", "FIELDS", "GONE", "KEPT", "NUMBER", "STANDING", "Pair", "apply", "compared", "compared_field", "decided",
]  # fmt: skip

KEPT, GONE = "KEPT", "GONE"
FIELDS: Final = (
    *("civility", "first_names", "birth_name", "usage_name", "birth_date", "deceased_on", "lang"),
    *("employer", "position", "sector", "country", "zone", "situation"),
)
NAMES: Final = ("birth_name", "usage_name", "first_names")
SILENT: Final = (None, "", "NONE")  # a record that says nothing
EMAIL, NUMBER, STANDING = "email", "member_no", "standing"
OF_STANDING: Final = ("category", "statutory_status", "service_entitlement", "start_date", "end_date", "auto_renew")


@dataclass(frozen=True, slots=True)
class Pair:
    """A field as both records have it. `default`: whose is taken where nobody chooses."""

    field: str
    kept: object
    gone: object
    default: str

    @property
    def differs(self) -> bool:
        """Whether there is something to choose."""
        return self.kept != self.gone and self.kept not in SILENT and self.gone not in SILENT


def compared(session: Session, kept: Person, gone: Person) -> Sequence[Pair]:
    """Every field of two records, in the order in which people read them."""
    found = [compared_field(name, getattr(kept, name), getattr(gone, name)) for name in FIELDS]
    found.append(compared_field(EMAIL, kept.primary_email, gone.primary_email))
    one, other = memberships.of(session, kept.id), memberships.of(session, gone.id)
    if one is not None or other is not None:
        later = GONE if one is None or (other is not None and other.end_date > one.end_date) else KEPT
        number = one.member_no if one else None, other.member_no if other else None
        found.append(Pair(NUMBER, *number, KEPT if one else GONE))
        found.append(Pair(STANDING, one and _standing(one), other and _standing(other), later))
    return found


def _standing(membership: Membership) -> tuple[str, str, date]:
    return membership.statutory_status, membership.service_entitlement, membership.end_date


def compared_field(name: str, kept: object, gone: object) -> Pair:
    """A field of two records; what only one of them says is taken from that one."""
    return Pair(name, kept, gone, GONE if kept in SILENT and gone not in SILENT else KEPT)


def decided(pairs: Sequence[Pair], said: Mapping[str, str]) -> dict[str, str]:
    """What is taken of each field: what was chosen where both say something, else whoever says it."""
    return {
        each.field: said[each.field] if each.differs and said.get(each.field) in (KEPT, GONE) else each.default
        for each in pairs
    }


def apply(session: Session, kept: Person, gone: Person, choices: Mapping[str, str]) -> dict[str, Any]:
    """Writes what was chosen into the record that stays, before anything moves; answers both as they were."""
    before: dict[str, Any] = {"kept": _row(kept), "gone": _row(gone), "emails": _emails(session, kept.id, gone.id)}
    before["memberships"], number = _numbers(session, kept, gone, choices)
    called = {name: getattr(kept, name) for name in NAMES}
    for name in FIELDS:
        if choices.get(name) == GONE:
            setattr(kept, name, getattr(gone, name))
    kept.watched = kept.watched or gone.watched
    before["aliases"] = [str(each.id) for each in (*number, *_aliases(session, kept, gone, called))]
    _one_primary(session, kept, gone, choices)
    session.flush()
    return before


def _row(person: Person) -> dict[str, Any]:
    table = Person.__table__
    assert isinstance(table, Table)
    return as_kept(table, {column.name: getattr(person, column.name) for column in table.columns})


def _emails(session: Session, *people: UUID) -> dict[str, bool]:
    rows = session.execute(select(Email.id, Email.is_primary).where(Email.person_id.in_(people)))
    return {str(key): primary for key, primary in rows}


def _one_primary(session: Session, kept: Person, gone: Person, choices: Mapping[str, str]) -> None:
    """One address to write to: the chosen record's, also where the other has it among its own."""
    address = (gone if choices.get(EMAIL) == GONE else kept).primary_email
    if address is not None:
        for each in (*kept.emails, *gone.emails):
            each.is_primary = each.folded == address.casefold()


def _aliases(session: Session, kept: Person, gone: Person, called: Mapping[str, object]) -> list[Alias]:
    """Former names, the former number, and the id that went."""
    known = {kept.birth_name, kept.usage_name, kept.first_names, *(each.value for each in kept.aliases)}
    names = {str(each) for each in (*called.values(), *(getattr(gone, name) for name in NAMES)) if each} - known
    made = [Alias(id=uuid4(), person_id=kept.id, kind="NAME", value=name) for name in sorted(names)]
    made.append(Alias(id=uuid4(), person_id=kept.id, kind="PERSON_ID", value=str(gone.id)))
    session.add_all(made)
    session.flush()
    session.refresh(kept, ["aliases"])
    kept.refresh_search_name()
    return made


def _numbers(
    session: Session, kept: Person, gone: Person, choices: Mapping[str, str]
) -> tuple[dict[str, Any], Sequence[Alias]]:
    """The number and the standing of the membership that stays; the other number stays as an alias."""
    one, other = memberships.of(session, kept.id), memberships.of(session, gone.id)
    if one is None or other is None:
        return {}, ()
    noted = (*OF_STANDING, "member_no", "join_date")
    before = {str(each.id): {name: _plain(getattr(each, name)) for name in noted} for each in (one, other)}
    if choices.get(STANDING) == GONE:
        for name in OF_STANDING:
            setattr(one, name, getattr(other, name))
    one.join_date = min(one.join_date, other.join_date)
    former = other.member_no
    if choices.get(NUMBER) == GONE:
        former, taken = one.member_no, other.member_no
        other.member_no = f"x{uuid4().hex[:7]}"  # the number is unique, and is taken in the next moment
        session.flush()
        one.member_no = taken
    number = Alias(id=uuid4(), person_id=kept.id, kind="MEMBER_NO", value=former)
    session.add(number)
    session.flush()
    return before, (number,)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
