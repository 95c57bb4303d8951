"""Importing people from a CSV file: read, planned (a dry run shows what would change), carried out, undone as a whole.

A line is matched with a known person by member number, else by e-mail address and name, else by name, birth date and
promotion. Nothing is ever deleted by a line: an empty cell leaves what is known. Rejected lines are reported with their
number and reason; the others go in. Source of the fields: domain §1.4.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from workflows.association.import_lines import Line, Rejected, Sheet
from workflows.association.import_matching import COMPARED, Known, KnownPeople
from workflows.association.import_sheets import Told, quiet
from workflows.association.privacy import erasure_log


@dataclass(frozen=True, slots=True)
class Change:
    """What a line changes in a known person: field by field, before and after."""

    line: int
    person_id: UUID
    fields: Mapping[str, tuple[object, object]]
    email: str | None
    phone: str | None
    diploma: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do. `seen` counts lines; every line is in exactly one of the four groups."""

    sheet: Sheet
    added: tuple[Line, ...]
    changed: tuple[Change, ...]
    unchanged: int
    rejected: tuple[Rejected, ...]

    @property
    def seen(self) -> int:
        """All lines with content, the heading apart."""
        return len(self.added) + len(self.changed) + self.unchanged + len(self.rejected)


def plan(session: Session, sheet: Sheet, erasure_key: bytes = b"", told: Told = quiet) -> Plan:
    """Compares a sheet with the people that are known, telling how many lines it has reached; writes nothing.

    Who was erased does not come back by an old file: the digests that were kept are asked with `erasure_key`."""
    known = KnownPeople.load(session)
    erased = erasure_log.known(session, erasure_log.EMAIL) | erasure_log.known(session, erasure_log.BIRTH)
    added: list[Line] = []
    changed: list[Change] = []
    rejected = list(sheet.rejected)
    unchanged = 0
    for reached, line in enumerate(sheet.lines, start=1):
        told(reached)
        found = known.match(line)
        if isinstance(found, Rejected):
            rejected.append(found)
        elif found is None and _was_erased(erased, line, erasure_key):
            rejected.append(Rejected(line.number, "erased", {}))
        elif found is None:
            added.append(line)
        elif (change := _change(line, found)) is not None:
            changed.append(change)
        else:
            unchanged += 1
    ordered = tuple(sorted(rejected, key=lambda each: each.line))
    return Plan(sheet, tuple(added), tuple(changed), unchanged, ordered)


def _was_erased(erased: Set[str], line: Line, key: bytes) -> bool:
    first, last = str(line.values["first_names"]), str(line.values["birth_name"])
    person = None if line.birth_date is None else erasure_log.born(first, last, line.birth_date)
    return erasure_log.forgotten(erased, key, line.email, person)


def _change(line: Line, known: Known) -> Change | None:
    fields = {
        field: (before, line.values[field])
        for field in COMPARED
        if field in line.values and (before := known.fields.get(field)) != line.values[field]
    }
    email = line.email if line.email and line.email.casefold() not in known.emails else None
    phone = line.phone if line.phone and line.phone not in known.phones else None
    diploma = line.diploma if line.diploma and line.diploma not in known.diplomas else None
    if not (fields or email or phone or diploma):
        return None
    return Change(line.number, known.person_id, fields, email, phone, diploma)
