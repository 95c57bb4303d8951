"""What a look at a file saw: counts, the lines that a page shows, the reasons of the others, and a digest of all of it.

The digest speaks of everything that an import would write, not only of what a page has room for: what somebody agreed
to is what goes in, or it is shown anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import inspect

from engine.models import Base
from workflows.association.import_records import Entry, RecordPlan
from workflows.association.import_sheets import Rejected
from workflows.association.people_import import Plan

__all__ = ["seen", "without_cells"]

SHOWN: Final = 100  # lines of each group that a page shows
KEPT: Final = 2_000  # rejected lines that are told one by one
_CELLS: Final = frozenset({"value", "number"})  # parameters of a reason that repeat what a file or a record says


@dataclass(frozen=True, slots=True)
class Group:
    """A line as a page shows it."""

    line: int
    sign: str  # + new, ~ changed
    title: str
    detail: str = ""


def seen(plan: Plan | RecordPlan, now: datetime) -> dict[str, object]:
    """A plan as columns of its draft. `now`: the moment of the plan, which new rows carry."""
    groups = _people(plan) if isinstance(plan, Plan) else _records(plan)
    ignored = plan.sheet.ignored if isinstance(plan, Plan) else plan.ignored
    return {
        "added": len(plan.added),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "refused": len(plan.rejected),
        "plan": _digest(plan, now),
        "ignored": list(ignored)[:100],
        "shown": [
            {"line": each.line, "sign": each.sign, "title": each.title[:300], "detail": each.detail[:600]}
            for each in groups
        ],
        "rejected": [_rejected(each) for each in plan.rejected[:KEPT]],
    }


def without_cells(rejected: dict[str, object]) -> dict[str, object]:
    """A rejected line as it is kept once the file is gone: line and reason, and nothing that somebody wrote there."""
    params = rejected["params"]
    kept = {name: value for name, value in params.items() if name not in _CELLS} if isinstance(params, dict) else {}
    return {**rejected, "params": kept}


def _digest(plan: Plan | RecordPlan, now: datetime) -> str:
    found = hashlib.sha256()
    for said in _said(plan, now):
        found.update(repr(said).encode())
    return found.hexdigest()


def _said(plan: Plan | RecordPlan, now: datetime) -> Iterator[object]:
    """Everything that an import would write and leave out, the same for two plans that would do the same."""
    if isinstance(plan, Plan):
        yield from plan.added
        yield from plan.changed
    else:
        places = _places(plan)
        for entry in (*plan.added, *plan.changed):
            yield entry.line, entry.title, entry.table, entry.row_id, dict(entry.changes)
            yield from (_row(row, places, now) for row in entry.rows)
    yield plan.unchanged
    yield from ((each.line, each.code) for each in plan.rejected)


def _places(plan: RecordPlan) -> dict[object, int]:
    """The ids of the rows that a plan would add: each plan draws them anew, so that only their order compares."""
    rows = (row for entry in plan.added for row in entry.rows)
    return {inspect(type(row)).primary_key_from_instance(row)[0]: place for place, row in enumerate(rows)}


def _row(row: Base, places: dict[object, int], now: datetime) -> object:
    values = ((column.key, getattr(row, column.key)) for column in inspect(type(row)).column_attrs)
    return row.__tablename__, [
        (name, "now" if value == now else places.get(value, value))
        for name, value in values
        if not isinstance(value, dict | list)
    ]


def _rejected(each: Rejected) -> dict[str, object]:
    params = {name: value if isinstance(value, int) else str(value) for name, value in each.params.items()}
    return {"line": each.line, "code": each.code, "params": params}


def _people(plan: Plan) -> list[Group]:
    found = []
    for line in plan.added[:SHOWN]:
        names = " ".join(str(line.values.get(name, "")) for name in ("first_names", "birth_name"))
        found.append(Group(line.number, "+", names, line.email or ""))
    for change in plan.changed[:SHOWN]:
        said = [f"{name}: {was or '–'} → {now}" for name, (was, now) in change.fields.items()]
        said += [f"+ {new}" for new in (change.email, change.phone) if new]
        said += [f"+ {change.diploma[0]} {change.diploma[1]}"] if change.diploma else []
        found.append(Group(change.line, "~", "", "; ".join(said)))
    return found


def _records(plan: RecordPlan) -> list[Group]:
    return [_record(each, "+") for each in plan.added[:SHOWN]] + [_record(each, "~") for each in plan.changed[:SHOWN]]


def _record(each: Entry, sign: str) -> Group:
    said = [f"{name}: {was} → {now}" for name, (was, now) in each.changes.items()]
    return Group(each.line, sign, each.title, "; ".join(said))
