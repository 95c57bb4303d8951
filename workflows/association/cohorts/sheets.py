"""The project sheet of a participant (form F10): it grows with the phases, and every version is kept.

Phases ask for it as the domain says (§P2.3): the assessment, two scenarios, the inquiry with its interviews, the plan.
Who writes it and those who lead the group read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association import people
from workflows.association.case_variables import text, uuid_or_none, whole
from workflows.association.cohorts.records import CohortSeat
from workflows.association.records import Record, Subject, Values

ASKING: Final = ("SELF", "PROJECT", "FIELD", "ACTION")  # the phases that ask for it, in order
_TEXTS: Final = ("assessment", "scenario_1", "scenario_2", "learnt", "plan")


class CohortSheet(Base):
    """One version. `phase`: the phase that asked for it; `interviews`: network interviews held so far."""

    __tablename__ = "cohort_sheet"
    __privacy__ = Personal(
        "programme", "seat_id", erase="assessment scenario_1 scenario_2 learnt plan", plain="phase", since="written_at"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("cohort_seat.id"))
    version: Mapped[int]
    phase: Mapped[str] = mapped_column(String(12))
    assessment: Mapped[str] = mapped_column(Text, default="")
    scenario_1: Mapped[str] = mapped_column(Text, default="")
    scenario_2: Mapped[str] = mapped_column(Text, default="")
    interviews: Mapped[int] = mapped_column(default=0)
    learnt: Mapped[str] = mapped_column(Text, default="")
    plan: Mapped[str] = mapped_column(Text, default="")
    written_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("uq_cohort_sheet_version", "seat_id", "version", unique=True),)


def latest(session: Session, seat_id: UUID) -> CohortSheet | None:
    """The newest version of a seat; of one that came out of a group that was merged, of the seat before."""
    query = select(CohortSheet).where(CohortSheet.seat_id == seat_id).order_by(CohortSheet.version.desc()).limit(1)
    found = session.scalars(query).one_or_none()
    if found is not None:
        return found
    before = session.get_one(CohortSeat, seat_id).from_seat_id
    return latest(session, before) if before is not None else None


def versions(session: Session, seat_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The phase of the newest version of each of these seats, where there is one."""
    return {seat_id: found.phase for seat_id in seat_ids if (found := latest(session, seat_id)) is not None}


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    seat_id = uuid_or_none(subject.variables, "seat_id")
    found = latest(subject.session, seat_id) if seat_id is not None else None
    if found is None:
        return {}
    person_id = subject.session.get_one(CohortSeat, found.seat_id).person_id
    words = {name: people.said_by(subject.session, person_id, getattr(found, name)) for name in _TEXTS}
    return {**words, "interviews": found.interviews}


def _write(subject: Subject, values: Values) -> Values:
    """Keeps a new version: what this form did not ask for is taken over from the one before."""
    seat_id = uuid_or_none(subject.variables, "seat_id")
    if seat_id is None:
        return {}
    before = latest(subject.session, seat_id)
    kept = {name: text(values, name).strip() if values.get(name) is not None else _of(before, name) for name in _TEXTS}
    given = values.get("interviews")
    count = whole(values, "interviews", 0) if given not in {None, ""} else (before.interviews if before else 0)
    subject.session.add(
        CohortSheet(
            id=uuid4(), seat_id=seat_id, phase=text(subject.variables, "phase", "SELF")[:12], interviews=count,
            version=before.version + 1 if before is not None and before.seat_id == seat_id else 1,
            written_at=subject.now, **kept,
        )
    )  # fmt: skip
    return {}


def _of(before: CohortSheet | None, name: str) -> str:
    return str(getattr(before, name)) if before is not None else ""


_FIELDS: Final = frozenset({*_TEXTS, "interviews"})
SHEET: Final = Record(_FIELDS, _read, _FIELDS, _write)
