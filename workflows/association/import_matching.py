"""Which known person a line of an import is: read once, looked up by number, address or name and birth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Self
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.association.contacts import Email, Phone
from workflows.association.diplomas import Diploma
from workflows.association.import_lines import Line, Rejected
from workflows.association.memberships import Membership
from workflows.association.names import fold
from workflows.association.people import Person

COMPARED = (
    *("civility", "first_names", "birth_name", "usage_name", "birth_date"),
    *("lang", "employer", "position", "sector", "country"),
)


@dataclass(slots=True)
class Known:
    """What is known of a person, as far as a line may change it."""

    person_id: UUID
    fields: Mapping[str, object]
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    diplomas: set[tuple[str, int]] = field(default_factory=set)

    @property
    def name(self) -> str:
        """First names and name at birth, folded."""
        return fold(f"{self.fields['first_names']} {self.fields['birth_name']}")

    def could_be(self, line: Line) -> bool:
        """The same birth date or, where one is unknown, the same diploma."""
        ours, theirs = self.fields["birth_date"], line.birth_date
        if isinstance(ours, date) and theirs is not None:
            return ours == theirs
        return line.diploma is not None and line.diploma in self.diplomas


@dataclass(slots=True)
class KnownPeople:
    """Everyone, by what a line may be recognised by; and the lines that were new so far."""

    by_number: dict[str, Known]
    by_email: dict[str, list[Known]]
    by_name: dict[str, list[Known]]
    new: dict[tuple[object, ...], int] = field(default_factory=dict)
    taken: dict[UUID, int] = field(default_factory=dict)

    @classmethod
    def load(cls, session: Session) -> Self:
        """Reads the people that are known: a handful of queries, whatever their number."""
        columns = [getattr(Person, name) for name in COMPARED]
        people = {
            row[0]: Known(row[0], dict(zip(COMPARED, row[1:], strict=True)))
            for row in session.execute(select(Person.id, *columns))
        }
        for person_id, folded in session.execute(select(Email.person_id, Email.folded)):
            people[person_id].emails.add(folded)
        for person_id, number in session.execute(select(Phone.person_id, Phone.number)):
            people[person_id].phones.add(number)
        for person_id, programme, year in session.execute(
            select(Diploma.person_id, Diploma.programme, Diploma.promotion_year)
        ):
            people[person_id].diplomas.add((programme, year))
        numbers = session.execute(select(Membership.member_no, Membership.person_id))
        by_number = {number: people[person_id] for number, person_id in numbers}
        by_email: dict[str, list[Known]] = defaultdict(list)
        by_name: dict[str, list[Known]] = defaultdict(list)
        for known in people.values():
            by_name[known.name].append(known)
            for address in known.emails:
                by_email[address].append(known)
        return cls(by_number, dict(by_email), dict(by_name))

    def match(self, line: Line) -> Known | Rejected | None:
        """The known person of a line, None for a new one, or why the line cannot go in."""
        found = self.find(line)
        if isinstance(found, Rejected):
            return found
        if found is None:
            return self._note_new(line)
        first = self.taken.setdefault(found.person_id, line.number)
        return found if first == line.number else Rejected(line.number, "twice", {"first": first})

    def find(self, line: Line) -> Known | Rejected | None:
        """The known person of a line, None for nobody, or why it cannot be said."""
        name = fold(f"{line.values['first_names']} {line.values['birth_name']}")
        if line.member_no is not None:
            holder = self.by_number.get(line.member_no)
            if holder is None or holder.name != name:
                return Rejected(line.number, "member_no_of_another" if holder else "member_no_unknown", {})
            return holder
        by_email = [known for known in self.by_email.get((line.email or "").casefold(), ()) if known.name == name]
        by_name = [known for known in self.by_name.get(name, ()) if known.could_be(line)]
        return _the_one(line, by_email) or _the_one(line, by_name)

    def _note_new(self, line: Line) -> Rejected | None:
        """None for the first line of a new person; the second one of the same person is rejected."""
        name = fold(f"{line.values['first_names']} {line.values['birth_name']}")
        key = (name, line.birth_date, line.diploma, (line.email or "").casefold() if not line.birth_date else "")
        first = self.new.setdefault(key, line.number)
        return None if first == line.number else Rejected(line.number, "twice", {"first": first})


def _the_one(line: Line, found: Iterable[Known]) -> Known | Rejected | None:
    several = list(found)
    if len(several) > 1:
        return Rejected(line.number, "ambiguous", {"count": len(several)})
    return several[0] if several else None
