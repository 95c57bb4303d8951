"""Requests for erasure: asked by the person or for her, decided by one of the staff and confirmed by another.

Two people who are not the one concerned see what goes and what stays before anything happens (four eyes, domain §1.3).
The carrying out is a job: first whoever listens is told and open cases are ended, then one transaction erases.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import Index, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.engine import Engine
from engine.errors import Conflict, Refused
from engine.models import Base, Job, Moment
from engine.personal import Personal
from engine.registry import Connector, ConnectorWork
from engine.transaction import reading, transaction
from workflows.association import live_cases, people
from workflows.association.case_variables import local_day, uuid
from workflows.association.privacy import erasure, erasure_log
from workflows.association.privacy.erasure_log import PERSON, digest
from workflows.association.settings import Association

__all__ = ["ErasureRequest", "NotYours", "RequestChanged", "approve", "ask", "confirm", "connector", "refuse"]

JOB_TYPE: Final = "person.erase"
ASKED, APPROVED, RUNNING, DONE, REFUSED = "ASKED", "APPROVED", "RUNNING", "DONE", "REFUSED"
OPEN: Final = (ASKED, APPROVED, RUNNING)


class RequestChanged(Conflict):
    """This request was decided meanwhile. Look at it again."""

    code: ClassVar[str] = "request_changed"


class NotYours(Refused):
    """Somebody else has to do this: nobody decides about himself, and one person does not decide twice."""

    code: ClassVar[str] = "not_yours"


class ErasureRequest(Base):
    """One request. Once it is carried out it says of nobody: the person's id is a tombstone's."""

    __tablename__ = "erasure_request"
    __privacy__ = Personal(
        "request", "person_id@person", "empty", ids="asked_by approved_by confirmed_by", plain="state progress reason",
        since="closed_at",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(Uuid)
    state: Mapped[str] = mapped_column(String(8), default=ASKED)
    disputed: Mapped[bool] = mapped_column(default=False)  # cases and notes are kept until the dispute is over
    reason: Mapped[str] = mapped_column(String(40), default="")  # of a refusal, a code
    progress: Mapped[str] = mapped_column(String(16), default="")  # TOLD, ENDED, ERASED
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
    """The open request of a person."""
    query = select(ErasureRequest).where(ErasureRequest.person_id == person_id, ErasureRequest.state.in_(OPEN))
    return session.scalars(query.order_by(ErasureRequest.asked_at)).first()


def latest(session: Session, *, limit: int = 100) -> Sequence[ErasureRequest]:
    """Open requests first, the oldest of them first, then the closed ones."""
    query = select(ErasureRequest).order_by(ErasureRequest.closed_at.is_not(None), ErasureRequest.asked_at)
    return session.scalars(query.limit(limit)).all()


def ask(session: Session, person_id: UUID, *, by: str, now: datetime) -> ErasureRequest:
    """Registers a request; the open one where there is one."""
    found = of_person(session, person_id)
    if found is None:
        found = ErasureRequest(id=uuid4(), person_id=person_id, asked_at=now, asked_by=by)
        session.add(found)
        session.flush()
    return found


def approve(session: Session, request: ErasureRequest, *, by: str, now: datetime, disputed: bool = False) -> None:
    """The first pair of eyes. Raises RequestChanged, NotYours."""
    _check(request, ASKED, by)
    request.state, request.disputed = APPROVED, disputed
    request.approved_at, request.approved_by = now, by


def confirm(session: Session, request: ErasureRequest, *, by: str, now: datetime) -> None:
    """The second pair of eyes, and the job that carries it out. Raises RequestChanged, NotYours."""
    _check(request, APPROVED, by)
    if by == request.approved_by:
        raise NotYours
    request.state, request.confirmed_at, request.confirmed_by = RUNNING, now, by
    _promise(session, request, now)


def schedule(
    session: Session, person_id: UUID, *, asked_by: str, approved_by: str, confirmed_by: str, disputed: bool,
    now: datetime, due_at: datetime,
) -> ErasureRequest:  # fmt: skip
    """The erasure that two people decided in a case: it is carried out at `due_at`. Raises NotYours."""
    request = ask(session, person_id, by=asked_by, now=now)
    if request.state == ASKED:
        approve(session, request, by=approved_by, now=now, disputed=disputed)
    if request.state == APPROVED:
        _check(request, APPROVED, confirmed_by)
        if confirmed_by == request.approved_by:
            raise NotYours
        request.state, request.confirmed_at, request.confirmed_by = RUNNING, now, confirmed_by
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


def refuse(session: Session, request: ErasureRequest, *, by: str, reason: str, now: datetime) -> None:
    """Closes a request without erasing. Raises RequestChanged, NotYours."""
    if request.state not in (ASKED, APPROVED):
        raise RequestChanged
    _check(request, request.state, by)
    request.state, request.reason, request.closed_at = REFUSED, reason[:40], now


def _check(request: ErasureRequest, state: str, by: str) -> None:
    if request.state != state:
        raise RequestChanged
    if by == f"person:{request.person_id}":
        raise NotYours


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
    """Ends the cases about a person that go on though whoever listens was told; answers how many."""
    with reading(engine) as reader:
        found = [case.id for case in live_cases.of_person(reader, person_id)]
    for case_id in found:
        with transaction(engine) as session:
            commands.cancel(session, engine, case_id, by=by, reason="erasure")
    return len(found)


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
