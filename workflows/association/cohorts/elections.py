"""Whom a career group elected from among itself: its network referee and the treasurer of its convivial fund.

The group votes in a session and those who lead it note who was elected. Neither role opens anything in this system:
a network referee keeps the group in touch with other graduates, the fund is the group's own money. Domain §P2.1.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.engine import Engine
from engine.errors import Conflict, Invalid
from engine.models import Base
from engine.personal import Personal
from workflows.association import people
from workflows.association.case_variables import local_day
from workflows.association.cohorts import letters, records
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.settings import Association

ROLES: Final = {
    "REFEREE": ("référent·e réseau", "network referee"),
    "TREASURER": ("trésorier·ère de la caisse conviviale", "treasurer of the convivial fund"),
}


class ElectionRefused(Invalid):
    """An election names a role of the list and somebody who sits in this group, or nobody."""

    code: ClassVar[str] = "election_refused"


class ElectionChanged(Conflict):
    """Somebody else noted another election to this role meanwhile. Look at the board again."""

    code: ClassVar[str] = "election_changed"


class CohortElection(Base):
    """Somebody holds a role inside the group from a day on; `until`: the day on which another one was elected."""

    __tablename__ = "cohort_election"
    __privacy__ = Personal("programme", "seat_id", "keep", plain="role", since="since")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("cohort_seat.id"), index=True)
    role: Mapped[str] = mapped_column(String(9))
    since: Mapped[date]
    until: Mapped[date | None]


def held(session: Session, cohort_id: UUID) -> dict[str, CohortSeat]:
    """Who holds which role today: a role ends with the seat of its holder."""
    query = select(CohortElection.role, CohortSeat).join(CohortSeat, CohortSeat.id == CohortElection.seat_id)
    query = query.where(CohortSeat.cohort_id == cohort_id, CohortElection.until.is_(None))
    query = query.where(CohortSeat.state.in_({*records.SITTING, "COMPLETED"}))
    return dict(session.execute(query).tuples().all())


def electorate(session: Session, cohort: Cohort, role: str, seat_id: UUID | None) -> dict[UUID, CohortSeat]:
    """Who sits in the group, each of whom an election is told to. Raises ElectionRefused for anybody else, and where
    there is no such role."""
    sitting = {seat.id: seat for seat in records.seats(session, cohort.id)}
    if role not in ROLES or (seat_id is not None and seat_id not in sitting):
        raise ElectionRefused
    return sitting


def elect(
    session: Session, engine: Engine, association: Association, cohort: Cohort, role: str, seat_id: UUID | None, *,
    seen: UUID | None,
) -> bool:  # fmt: skip
    """Notes whom the group elected, or that nobody holds the role any more, and tells the group; answers whether that
    changed anything. `seen`: the seat that held the role when this was decided. Raises ElectionRefused,
    ElectionChanged."""
    session.scalars(select(Cohort.id).where(Cohort.id == cohort.id).with_for_update()).one()
    sitting = electorate(session, cohort, role, seat_id)
    holder = held(session, cohort.id).get(role)
    before = holder.id if holder is not None else None
    if seat_id == before:
        return False
    if seen != before:
        raise ElectionChanged
    today = local_day(engine.clock.now(), engine.settings.zone)
    query = select(CohortElection).join(CohortSeat, CohortSeat.id == CohortElection.seat_id)
    running = query.where(
        CohortSeat.cohort_id == cohort.id, CohortElection.role == role, CohortElection.until.is_(None)
    )  # fmt: skip
    for each in session.scalars(running).all():
        each.until = today
    if seat_id is not None:
        made = CohortElection(id=uuid4(), seat_id=seat_id, role=role, since=today)
        session.add(made)
        session.flush()
        _tell(session, engine, association, cohort, made, [seat.person_id for seat in sitting.values()])
    return True


def _tell(
    session: Session, engine: Engine, association: Association, cohort: Cohort, made: CohortElection,
    readers: list[UUID],
) -> None:  # fmt: skip
    person_id = session.get_one(CohortSeat, made.seat_id).person_id
    name = people.display_name(session, person_id)

    def words(lang: str) -> dict[str, str]:
        return {"cohort": cohort.key, "other": name, "group_role": ROLES[made.role][lang == "en"]}

    for reader in readers:
        key = f"elected:{made.id.hex}:{reader.hex}"
        letters.write(session, engine, association, "cohort_elected", reader, words, key=key)
