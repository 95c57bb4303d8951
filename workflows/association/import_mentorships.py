"""Running mentorships that are brought along: two members, a first day, a planned last one, and the meetings so far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import uuid4

from sqlalchemy import select

from workflows.association import import_cells as cells
from workflows.association.import_columns import Column, read_day
from workflows.association.import_matching import Known
from workflows.association.import_records import Around, Entry, Kind, Values
from workflows.association.import_sheets import Rejected
from workflows.association.mentorships import ENDED, RUNNING, Mentorship

COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        "mentor": Column("numéro du mentor", ("mentor", "mentor number"), cells.member_no),
        "mentee": Column("numéro du mentoré", ("mentore", "mentee", "mentee number"), cells.member_no),
        "started_on": Column("début", ("commence le", "started on", "start"), read_day),
        "ends_on": Column("fin prévue", ("fin", "ends on", "end"), read_day),
        "meetings": Column("rencontres", ("meetings", "seances"), cells.whole),
    }
)


def plan_line(around: Around, number: int, values: Values) -> Entry | Rejected | None:
    """A pair; one that began on the same day is there already."""
    started, ends = values["started_on"], values["ends_on"]
    assert isinstance(started, date)
    assert isinstance(ends, date)
    if ends < started:
        return Rejected(number, "dates_swapped", {"column": COLUMNS["ends_on"].heading})
    mentor, mentee = (_member(around, number, values, role) for role in ("mentor", "mentee"))
    if isinstance(mentor, Rejected) or isinstance(mentee, Rejected):
        return mentor if isinstance(mentor, Rejected) else mentee if isinstance(mentee, Rejected) else None
    if mentor.person_id == mentee.person_id:
        return Rejected(number, "own_mentor", {})
    twice = around.claim(number, mentor.person_id, mentee.person_id, started)
    if twice is not None:
        return twice
    query = select(Mentorship).where(
        Mentorship.mentor_id == mentor.person_id, Mentorship.mentee_id == mentee.person_id,
        Mentorship.started_on == started,
    )  # fmt: skip
    known = around.session.scalars(query).one_or_none()
    meetings = values.get("meetings", 0)
    if known is None:
        pair = Mentorship(
            id=uuid4(), mentor_id=mentor.person_id, mentee_id=mentee.person_id, started_on=started, ends_on=ends,
            meetings=meetings, state=ENDED if ends < around.today else RUNNING,
        )  # fmt: skip
        return Entry(number, f"{values['mentor']} → {values['mentee']}", (pair,))
    changes = {
        name: (getattr(known, name), after)
        for name, after in (("ends_on", ends), ("meetings", meetings))
        if getattr(known, name) != after
    }
    title = f"{values['mentor']} → {values['mentee']}"
    return Entry(number, title, table="mentorship", row_id=known.id, changes=changes) if changes else None


def _member(around: Around, number: int, values: Values, role: str) -> Known | Rejected:
    found = around.known.by_number.get(str(values[role]))
    return found or Rejected(number, "no_such_member", {"value": values[role], "column": COLUMNS[role].heading})


KIND: Final = Kind("mentorships", COLUMNS, ("mentor", "mentee", "started_on", "ends_on"), plan_line)
