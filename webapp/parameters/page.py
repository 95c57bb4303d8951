"""What the pages of a parameter table show: the rows in force, those to come, those that were, and who did what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine.assignment import SYSTEM
from webapp.auth import SignedIn
from webapp.dates import day
from webapp.operations.names import names_of
from webapp.parameters.cases import kept_by
from webapp.parameters.wording import column_label, said, table_label
from webapp.words import _, language
from workflows.association import parameters
from workflows.association.parameters import DatedRow, ParameterEvent, ParameterRow, Table, Value
from workflows.association.parameters.kinds import restored
from workflows.association.role_names import WORKING_ROLES

DECIDERS = frozenset({"PROCESS_OWNER", "ADMIN"})
# Who comes to these pages: whoever works here, and owners of tables from outside, who see those alone.
SEERS: Final = tuple(sorted(WORKING_ROLES | {each.owner for each in parameters.declared().values()}))


@dataclass(frozen=True, slots=True)
class RowView:
    """One row in words. `id` is None for a declared row that is in force before anybody decides.

    `withdrawable`: not so a row that came with the product, since that would only bring it back.
    """

    id: UUID | None
    values: Sequence[tuple[str, str]]  # the column's name, its value
    period: str
    decided: str
    applies_to_running: bool
    kept_by: int = 0  # running cases
    withdrawable: bool = True


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key with its row in force, the coming ones and the past ones."""

    key: str
    label: str
    now: RowView | None
    coming: Sequence[RowView]
    past: Sequence[RowView]


@dataclass(frozen=True, slots=True)
class Card:
    """A table in the list of tables."""

    name: str
    label: str
    rows: int
    coming: date | None  # the next change that is decided
    decided_on: date | None  # the last decision


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was done to a row."""

    at: datetime
    who: str
    words: str
    reason: str


def may_decide(person: SignedIn, table: Table) -> bool:
    """Whether this person may change the rows of this table."""
    return bool(person.roles & (DECIDERS | {table.owner}))


def may_see(person: SignedIn, table: Table) -> bool:
    """Whether this person reads this table."""
    return person.staff or may_decide(person, table)


def cards(session: Session, today: date, person: SignedIn) -> list[Card]:
    """Every table that this person reads, by its name in the reader's language."""
    found = [_card(session, table, today) for table in parameters.declared().values() if may_see(person, table)]
    return sorted(found, key=lambda card: card.label.casefold())


def _card(session: Session, table: Table, today: date) -> Card:
    every = parameters.every_row(session, table)
    coming = [row.valid_from for row in every if row.valid_from > today]
    decided = [row.decided_on for row in every if row.id is not None]
    return Card(
        table.name,
        table_label(table),
        sum(row.holds(today) for row in every),
        min(coming, default=None),
        max(decided, default=None),
    )


def keys(session: Session, table: Table, today: date, began: Sequence[date] = ()) -> list[KeyView]:
    """The rows of a table by key: the declared order first, then those that the owner added. `began`: the days on
    which running cases began that read it."""
    every = parameters.every_row(session, table)
    order = {row.key: number for number, row in enumerate(table.first)}
    known = sorted({row.key for row in every} | set(order), key=lambda key: (order.get(key, len(order)), key))
    return [_key(table, key, [row for row in every if row.key == key], today, began) for key in known]


def _key(table: Table, key: str, rows: Sequence[DatedRow], today: date, began: Sequence[date]) -> KeyView:
    now = next((row for row in rows if row.holds(today)), None)
    first = table.first_row(key)
    label = now.label(language()) if now else rows[-1].label(language()) if rows else ""
    if not label and first is not None:
        label = first.label_en if language() == "en" else first.label_fr
    return KeyView(
        key,
        label,
        None if now is None else row_view(table, now, today, began),
        [row_view(table, row, today) for row in rows if row.valid_from > today],
        [
            row_view(table, row, today, began)
            for row in reversed(rows)
            if row.valid_to is not None and row.valid_to < today and row.id is not None
        ],
    )


def row_view(table: Table, row: DatedRow, today: date | None = None, began: Sequence[date] = ()) -> RowView:
    """A row in words."""
    return RowView(
        row.id,
        shown_values(table, row.values),
        period(row.valid_from, row.valid_to, today) if row.valid_from > parameters.BEGINNING else _delivered(row),
        decided(row.decided_by, row.decided_on) if row.valid_from > parameters.BEGINNING else "",
        row.applies_to_running,
        kept_by(row, began),
        row.valid_from > parameters.BEGINNING,
    )


def _delivered(row: DatedRow) -> str:
    if row.valid_to is not None:
        return _("As delivered, until %(day)s", day=day(row.valid_to))
    return _("As delivered, until somebody decides")


def shown_values(table: Table, values: Mapping[str, Value]) -> list[tuple[str, str]]:
    """The values with the names of their columns; what does not apply (a flag that is not set) is left out."""
    kept = [column for column in table.columns if values[column.name] is not False or len(table.columns) == 1]
    return [(column_label(column), said(column, values[column.name])) for column in kept]


def period(first: date, last: date | None, today: date | None = None) -> str:
    """From when until when a row holds."""
    if last is not None:
        return _("from %(first)s to %(last)s", first=day(first), last=day(last))
    if today is not None and first > today:
        return _("from %(day)s on", day=day(first))
    return _("since %(day)s", day=day(first))


def decided(by: str, on: date) -> str:
    """Who decided it when."""
    return _("%(who)s, on %(day)s", who=by, day=day(on))


def story(session: Session, table: Table) -> list[Line]:
    """Everything that was done to the rows of a table, the newest first."""
    found = parameters.history(session, table)
    names = names_of(session, {event.by for event, _row in found})
    return [Line(event.at, names[event.by], _words(table, event, row), reason_of(event)) for event, row in found]


def reason_of(event: ParameterEvent) -> str:
    """Why: in the words of whoever did it; what an update of the software did is said in the reader's language."""
    if event.by != SYSTEM.id:
        return event.reason
    updates = {
        "nothing reads this delay any more": _("Nothing reads this delay any more."),
        "nothing reads this key any more": _("Nothing reads this figure any more."),
        "what was decided under the former key goes on": _(
            "What was decided under the former key goes on under this one."
        ),
    }
    return updates.get(event.reason, event.reason)


def _words(table: Table, event: ParameterEvent, row: ParameterRow) -> str:
    label = row.label_en if language() == "en" else row.label_fr
    values = {column.name: restored(column, row.data.get(column.name)) for column in table.columns}
    told = " · ".join(value for _name, value in shown_values(table, values))
    what = _("%(label)s (%(values)s)", label=label, values=told)
    until = day(event.valid_to) if event.valid_to is not None else ""
    if event.kind == "decided":
        return _("%(what)s from %(day)s: decided by %(who)s", what=what, day=day(row.valid_from), who=row.decided_by)
    if event.kind == "delivered":
        return _("%(what)s came with a version of the product, nobody having decided", what=what)
    if event.kind == "ended":
        return _("%(what)s ends on %(day)s", what=what, day=until)
    if event.kind == "extended":
        return _("%(what)s goes on until %(day)s", what=what, day=until) if until else _("%(what)s goes on", what=what)
    return _("%(what)s from %(day)s was withdrawn", what=what, day=day(row.valid_from))
