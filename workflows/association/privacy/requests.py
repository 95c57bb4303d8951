"""Erasures that were decided: one of the staff decided and another confirmed, in the process `privacy_request`.

Neither of the two is the one concerned (four eyes, domain §1.3). The carrying out is a job: first whoever
listens is told and what runs ends by its own rules (`parting`), then what is left is ended, then one transaction
erases.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import Index, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.engine import Engine
from engine.errors import Refused
from engine.models import Base, Job, Moment, UserTask
from engine.personal import Personal
from engine.registry import Connector, ConnectorWork
from engine.transaction import reading, transaction
from workflows.association import live_cases, people
from workflows.association.case_variables import local_day, uuid
from workflows.association.privacy import erasure, erasure_log, parting, running_gifts
from workflows.association.privacy.erasure_log import PERSON, digest
from workflows.association.privacy.running_gifts import GiftGoesOn
from workflows.association.settings import Association

__all__ = ["ErasureRequest", "NotYours", "connector", "schedule"]

JOB_TYPE: Final = "person.erase"
RUNNING, DONE = "RUNNING", "DONE"
LEFT: Final = "LEFT"
TIME_TO_PART: Final = timedelta(minutes=30)  # for the jobs of what ends by its own rules, its mails among them


class NotYours(Refused):
    """Somebody else has to do this: nobody decides about himself, and one person does not decide twice."""

    code: ClassVar[str] = "not_yours"


class ErasureRequest(Base):
    """One erasure. Once it is carried out it says of nobody: the person's id is a tombstone's."""

    __tablename__ = "erasure_request"
    __privacy__ = Personal(
        "request", "person_id@person", "empty", ids="asked_by approved_by confirmed_by", plain="state progress",
        since="closed_at",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(Uuid)
    state: Mapped[str] = mapped_column(String(8), default=RUNNING)
    disputed: Mapped[bool] = mapped_column(default=False)  # cases and notes are kept until the dispute is over
    progress: Mapped[str] = mapped_column(String(16), default="")  # TOLD, LEFT, ENDED, ERASED
    rows: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_by: Mapped[str] = mapped_column(String(64))
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_by: Mapped[str | None] = mapped_column(String(64))
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_by: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (Index("ix_erasure_request_state", "state", "asked_at"),)


def of_person(session: Session, person_id: UUID) -> ErasureRequest | None:
    """The erasure of a person that is to come."""
    query = select(ErasureRequest).where(ErasureRequest.person_id == person_id, ErasureRequest.state == RUNNING)
    return session.scalars(query.order_by(ErasureRequest.asked_at)).first()


def of_people(session: Session, person_ids: Collection[UUID]) -> Mapping[UUID, ErasureRequest]:
    """The latest erasure of each of these people, or of the tombstone that stands in their place."""
    query = select(ErasureRequest).where(ErasureRequest.person_id.in_(person_ids)).order_by(ErasureRequest.asked_at)
    return {each.person_id: each for each in session.scalars(query)}


def schedule(
    session: Session, person_id: UUID, *, asked_by: str, approved_by: str, confirmed_by: str, disputed: bool,
    gift_stops: bool = False, now: datetime, due_at: datetime,
) -> ErasureRequest:  # fmt: skip
    """The erasure that two people decided in a case: it is carried out at `due_at`, once.

    `gift_stops`: the person's word that what they give regularly ends too. Raises NotYours, GiftGoesOn.
    """
    if len({approved_by, confirmed_by, f"person:{person_id}"}) < 3:
        raise NotYours
    if not gift_stops and running_gifts.of_person(session, person_id):
        raise GiftGoesOn
    found = of_person(session, person_id)
    if found is not None:
        return found
    request = ErasureRequest(
        id=uuid4(), person_id=person_id, state=RUNNING, disputed=disputed, asked_at=now, asked_by=asked_by,
        approved_at=now, approved_by=approved_by, confirmed_at=now, confirmed_by=confirmed_by,
    )  # fmt: skip
    session.add(request)
    session.flush()
    _promise(session, request, due_at)
    return request


def _promise(session: Session, request: ErasureRequest, due_at: datetime) -> None:
    payload = {"variables": {"request_id": str(request.id)}}
    session.add(
        Job(
            id=uuid4(), process_id="", kind="connector", type=JOB_TYPE, payload=payload, due_at=due_at, retries=5,
            priority=60,
        )
    )  # fmt: skip


def connector(association: Association) -> Connector:
    """The work `person.erase` of an association: each step is left behind when it is done, and is safe to do twice."""

    def carry_out(work: ConnectorWork) -> None:
        with reading(work.engine) as reader:
            request = reader.get(ErasureRequest, uuid(work.variables, "request_id"))
        if request is None or request.state != RUNNING:
            return
        person_id, disputed = request.person_id, request.disputed
        if not request.progress:
            _tell(work.engine, "erasure_approved", person_id, request.id)
            _progress(work.engine, request.id, "TOLD")
        if not disputed and request.progress != LEFT and parting.part(work.engine, person_id, key=str(request.id)):
            with transaction(work.engine) as session:  # what they set going is still about somebody who is known
                session.get_one(ErasureRequest, request.id).progress = LEFT
                _promise(session, request, work.now + TIME_TO_PART)
            return
        if not disputed:
            end_cases(work.engine, person_id)
        _progress(work.engine, request.id, "ENDED")
        erase_now(work.engine, association, person_id, request_id=request.id, disputed=disputed)

    return Connector(JOB_TYPE, carry_out, retries=5, policy="idempotent", results=frozenset())


def _tell(engine: Engine, message: str, person_id: UUID, request_id: UUID) -> None:
    with transaction(engine) as session:
        commands.correlate_message(
            session, engine, message, str(person_id), {"person_id": str(person_id)}, source="erasure",
            message_id=f"{message}:{request_id}", by=SYSTEM,
        )  # fmt: skip


def _progress(engine: Engine, request_id: UUID, step: str) -> None:
    with transaction(engine) as session:
        session.get_one(ErasureRequest, request_id).progress = step


def end_cases(engine: Engine, person_id: UUID, *, by: Actor = SYSTEM) -> int:
    """Ends the cases about a person that go on though whoever listens was told; answers how many.

    What she organised for others goes on without her, as when a mandate ends: its open tasks are for all who run it."""
    with reading(engine) as reader:
        found = live_cases.of_person(reader, person_id)
        handed_on = [case.id for case in found if live_cases.is_for_others(case)]
    ended = [case.id for case in found if case.id not in handed_on]
    for case_id in ended:
        with transaction(engine) as session:
            commands.cancel(session, engine, case_id, by=by, reason="erasure")
    with transaction(engine) as session:
        hers = UserTask.instance_id.in_(handed_on) & (UserTask.assignee == f"person:{person_id}")
        for task_id in session.scalars(select(UserTask.id).where(hers, UserTask.state == "created")).all():
            commands.release(session, engine, task_id, by=by)
    return len(ended)


def erase_now(
    engine: Engine, association: Association, person_id: UUID, *, request_id: UUID | None = None, disputed: bool = False
) -> int:
    """Erases in one transaction, with the digests and the request's end; answers how many rows. Then the file."""
    now = engine.clock.now()
    with transaction(engine) as session:
        person = people.get(session, person_id)
        if person is None or person.erased_on is not None:
            return 0
        digests = [(PERSON, digest(association.erasure_key, PERSON, str(person.id)))]
        digests += [("EMAIL", digest(association.erasure_key, "EMAIL", each.folded)) for each in person.emails]
        if person.birth_date is not None:
            names = {person.birth_name, person.usage_name or person.birth_name}
            told = (erasure_log.born(person.first_names, name, person.birth_date) for name in names)
            digests += [("BIRTH", digest(association.erasure_key, "BIRTH", each)) for each in told]
        _publish_tombstone(session, engine, person.id)
        today = local_day(now, engine.settings.zone)
        changed = sum(erasure.erase(session, association, person.id, now, today, disputed=disputed).values())
        erasure_log.note(session, digests, now)
        if request_id is not None:
            request = session.get_one(ErasureRequest, request_id)
            request.state, request.progress, request.rows, request.closed_at = DONE, "ERASED", changed, now
    if association.erasure_file is not None:
        with reading(engine) as reader:
            erasure_log.keep_in_file(reader, association.erasure_file)
    return changed


def _publish_tombstone(session: Session, engine: Engine, person_id: UUID) -> None:
    commands.correlate_message(
        session, engine, "tombstone_issued", str(person_id), source="erasure", message_id=str(uuid4()), by=SYSTEM
    )
    session.flush()


def replay(engine: Engine, association: Association) -> int:
    """Erases again whom a restored database knows and the file says was erased; answers how many. Tells nobody."""
    if association.erasure_file is None:
        return 0
    erased = erasure_log.read_file(association.erasure_file)
    with reading(engine) as reader:
        ids = list(reader.scalars(select(people.Person.id).where(people.Person.erased_on.is_(None))))
    again = [each for each in ids if digest(association.erasure_key, PERSON, str(each)) in erased]
    for person_id in again:
        end_cases(engine, person_id)
        erase_now(engine, association, person_id)
    return len(again)
