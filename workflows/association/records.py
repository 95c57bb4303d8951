"""Form fields bound to records: personal data goes from the form to its table and back, never into variables.

A form component with the property `record` (for example `applicant.birth_name`) is read and written here. The part
before the dot names a record below, which finds its row by the ids among the case's variables (domain §1.8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar
from uuid import UUID

from sqlalchemy.orm import Session

from engine.errors import Invalid, NotFound

Values = Mapping[str, object]


class RecordUnknown(Invalid):
    """The form names the record “{name}”, which this association does not keep. Known: {known}."""

    code: ClassVar[str] = "record_unknown"


class RecordReadOnly(Invalid):
    """The record “{name}” is shown but never written."""

    code: ClassVar[str] = "record_read_only"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose records: the ids among the variables of a case; the present moment; who asks (an actor id), and in which
    language what is put into words is read. `origin`: the internet address that an answer came from, where one did."""

    session: Session
    variables: Mapping[str, object]
    now: datetime
    by: str = "system"
    language: str = "fr"
    origin: str = ""

    def id(self, name: str) -> UUID | None:
        """The id that this variable holds, None where it has none. Raises NotFound for a text that is no id."""
        value = self.variables.get(name)
        if value is None:
            return None
        try:
            return UUID(str(value))
        except ValueError as error:
            raise NotFound(kind="value", id=str(value)[:40]) from error


@dataclass(frozen=True, slots=True)
class Record:
    """One kind of record. `fields` may be shown, `writable` may be answered; `write` answers variables (ids, enums).

    `replaced` are fields that the next answer simply replaces: a task that writes no others can be undone.
    """

    fields: frozenset[str]
    read: Callable[[Subject, Iterable[str]], Values]
    writable: frozenset[str] = frozenset()
    write: Callable[[Subject, Values], Values] | None = None
    replaced: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Records:
    """The association's records by name; `workflows.association.record_set()` makes the one in use."""

    by_name: Mapping[str, Record]

    def known(self, name: str) -> bool:
        """Whether a form may name this record: asked when a form is deployed."""
        head, _, field = name.partition(".")
        return head in self.by_name and field in self.by_name[head].fields

    def replaced(self, names: Iterable[str]) -> bool:
        """Whether the next answers replace what is written under these names, and leave nothing else behind."""
        return all(set(fields) <= self.by_name[head].replaced for head, fields in self._grouped(names).items())

    def names(self) -> tuple[str, ...]:
        """Every name that a form may use, sorted."""
        return tuple(sorted(f"{head}.{field}" for head, record in self.by_name.items() for field in record.fields))

    def read(
        self,
        session: Session,
        variables: Values,
        names: Iterable[str],
        *,
        now: datetime,
        by: str = "system",
        language: str = "fr",
    ) -> dict[str, object]:
        """The values of these names; None where the record does not exist yet. Raises RecordUnknown."""
        subject = Subject(session, variables, now, by, language)
        answer: dict[str, object] = {}
        for head, fields in self._grouped(names).items():
            values = self.by_name[head].read(subject, fields)
            answer.update({f"{head}.{field}": values.get(field) for field in fields})
        return answer

    def write(
        self, session: Session, variables: Values, values: Values, *, now: datetime, by: str = "system",
        origin: str = "",
    ) -> dict[str, object]:  # fmt: skip
        """Writes and answers the variables that follow from it. Raises RecordUnknown, RecordReadOnly, and what the
        record itself refuses (an `Invalid` whose parameter `field` names the field)."""
        answer: dict[str, object] = {}
        for head, fields in self._grouped(values).items():
            record = self.by_name[head]
            forbidden = sorted(set(fields) - record.writable)
            if record.write is None or forbidden:
                raise RecordReadOnly(name=f"{head}.{(forbidden or list(fields))[0]}")
            seen = MappingProxyType({**variables, **answer})
            subject = Subject(session, seen, now, by, origin=origin)
            answer.update(record.write(subject, {field: values[f"{head}.{field}"] for field in fields}))
        return answer

    def _grouped(self, names: Iterable[str]) -> dict[str, list[str]]:
        groups: dict[str, list[str]] = {}
        for name in names:
            if not self.known(name):
                raise RecordUnknown(name=name, known=", ".join(self.names()))
            head, _, field = name.partition(".")
            groups.setdefault(head, []).append(field)
        return groups
