"""What left the house, attempt by attempt: recorded before the call, and again with what the receiver answered.

The key is the work's idempotency key (`key_of`), made from the place in the case and the type of work: it stays over
all attempts, also those that a person asks for. What happens to an attempt of which nobody heard is the connector's
policy: `idempotent` and `at_least_once` are called again, the receiver of the first knows the key; `at_most_once` waits
for a person (`engine.unknown`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID, uuid4, uuid5

from sqlalchemy import ColumnElement, Integer, String, bindparam, exists, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from engine.bounds import fitting
from engine.models import Effect, Job
from engine.prepared import fetch, loaded, write
from engine.registry import Connector

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = [
    "DECISION", "LATE", "OUTCOME", "Attempt", "AttemptTaken", "Fact", "attempt", "attempt_of", "decided", "effects_of",
    "first_attempts", "key_of", "outcome", "outcomes", "said", "undecided", "unsettled",
]  # fmt: skip

Fact = Literal["attempted", "answered", "failed", "lost", "unknown", "went_out", "not_gone"]
ATTEMPTED, OUTCOME, LATE, DECISION = range(4)  # steps
ANSWER_PARTS: Final = 12
_INSERT: Final = insert(Effect.__table__)  # type: ignore[arg-type]
ANSWER_TEXT: Final = 500  # characters of one part of an answer that are kept


class AttemptTaken(Exception):
    """Another worker has recorded this very attempt: it is not ours to make."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt that is on record."""

    key: str
    number: int
    type: str
    policy: str
    process_id: str
    instance_id: UUID | None
    element: str | None
    job_id: UUID


def key_of(job: Job) -> str:
    """What a receiver may know a repeated call by: never longer than 36 characters.

    A retry by hand makes a new job of the same token; work of no case that was let go again carries its first id.
    """
    if job.token is not None:
        return str(uuid5(job.token, f"{job.element} {job.type}"))
    return str(job.payload.get("first_job", job.id))


def unsettled(session: Session, key: str, job_id: UUID) -> Attempt | None:
    """The last attempt under this key where it may have done the work of this job: nobody heard of it, nobody knows, or
    it was answered and its step is not written, since the job is still there. To be asked under the job's lock."""
    last = _last(session, key)
    if last is None:
        return None
    open_ = last.step == ATTEMPTED or last.fact == "unknown" or (last.fact == "answered" and last.job_id == job_id)
    return attempt_of(last) if open_ else None


_LAST: Final = (
    select(*Effect.__table__.columns)
    .where(Effect.key == bindparam("key", type_=String()))
    .order_by(Effect.number.desc(), Effect.step.desc())
    .limit(1)
)
_FACTS: Final = select(Effect.step, Effect.fact).where(
    Effect.key == bindparam("key", type_=String()), Effect.number == bindparam("number", type_=Integer())
)


def _last(session: Session, key: str) -> Effect | None:
    """The latest row under this key, to be read."""
    rows = fetch(session, _LAST, {"key": key})
    return loaded(Effect, rows[0]._asdict()) if rows else None


def attempt(session: Session, engine: Engine, job: Job, connector: Connector) -> Attempt:
    """Records the next attempt, to be committed before it is made. The caller holds the job's row.

    An earlier one without an outcome is recorded as lost: its worker died, or is too late.
    Raises AttemptTaken where somebody else recorded it first, at the latest at the commit.
    """
    key = key_of(job)
    last = _last(session, key)
    if last is not None and last.step == ATTEMPTED:
        _add(session, engine, attempt_of(last), OUTCOME, "lost")
    next_one = _numbered(key, 1 if last is None else last.number + 1, job, connector)
    _add(session, engine, next_one, ATTEMPTED, "attempted")
    return next_one


def first_attempts(
    session: Session, engine: Engine, jobs: Sequence[Job], connector: Connector
) -> dict[UUID, Attempt]:  # fmt: skip
    """Records the first attempt of each job, to be committed before any is made; answers them by job.

    A job under whose key something is on record already is left out. The caller holds the rows of the jobs; the commit
    fails where somebody else recorded one of them first.
    """
    keys = {job.id: key_of(job) for job in jobs}
    known = set(session.scalars(select(Effect.key).where(Effect.key.in_(keys.values())))) if keys else set()
    made = {
        job.id: _numbered(keys[job.id], 1, job, connector) for job in jobs if keys[job.id] not in known
    }  # fmt: skip
    write(session, _INSERT, [_row(engine, each, ATTEMPTED, "attempted") for each in made.values()])
    return made


def outcomes(
    session: Session, engine: Engine, told: Sequence[tuple[Attempt, Fact, Mapping[str, object] | None]]
) -> None:
    """Records what came of attempts that nobody gave up: the caller holds their jobs under their first claims."""
    write(session, _INSERT, [_row(engine, made, OUTCOME, fact, answer) for made, fact, answer in told])


def _numbered(key: str, number: int, job: Job, connector: Connector) -> Attempt:
    return Attempt(
        key, number, connector.type, connector.policy, job.process_id, job.instance_id, job.element, job.id
    )  # fmt: skip


def outcome(
    session: Session, engine: Engine, made: Attempt, fact: Fact, answer: Mapping[str, object] | None = None
) -> None:
    """Records what came of an attempt. Where it was given up as lost meanwhile, the answer is kept beside that.

    Raises AttemptTaken where somebody else recorded it at this very moment, at the latest at the commit.
    """
    facts = {row.step: row.fact for row in fetch(session, _FACTS, {"key": made.key, "number": made.number})}
    # Whoever gave the attempt up needs a row to decide about, also where its worker has spoken at this very moment.
    if LATE not in facts and not (fact == "unknown" and "unknown" in facts.values()):
        _add(session, engine, made, LATE if OUTCOME in facts else OUTCOME, fact, answer)


def decided(session: Session, engine: Engine, made: Attempt, fact: Fact, by: str) -> None:
    """Records what a person says of an attempt. Raises AttemptTaken where somebody has said it already."""
    try:
        session.execute(_DECIDE, [_row(engine, made, DECISION, fact, by=by)])
    except IntegrityError as twin:
        raise AttemptTaken from twin


def undecided(session: Session, job_id: UUID) -> Effect | None:
    """The attempt of this job of which nobody knows whether it was done, while no person has said so."""
    found = select(Effect).where(Effect.job_id == job_id, Effect.fact == "unknown", ~said())
    return session.execute(found.limit(1)).scalar_one_or_none()


def said() -> ColumnElement[bool]:
    """Whether a person has decided about the attempt of an `Effect` row."""
    later = aliased(Effect)
    return exists().where(later.key == Effect.key, later.number == Effect.number, later.step == DECISION)


def effects_of(session: Session, instance_id: UUID, *, limit: int = 200) -> list[Effect]:
    """What is on record for a case, the latest first."""
    query = select(Effect).where(Effect.instance_id == instance_id)
    return list(
        session.execute(
            query.order_by(Effect.at.desc(), Effect.number.desc(), Effect.step.desc()).limit(limit)
        ).scalars()
    )


def attempt_of(row: Effect) -> Attempt:
    """The attempt that a row speaks of."""
    return Attempt(
        row.key, row.number, row.type, row.policy, row.process_id, row.instance_id, row.element, row.job_id
    )  # fmt: skip


_DECIDE: Final = insert(Effect)


def _add(
    session: Session, engine: Engine, of: Attempt, step: int, fact: Fact, answer: Mapping[str, object] | None = None
) -> None:
    write(session, _INSERT, [_row(engine, of, step, fact, answer)], guard=AttemptTaken)


def _row(
    engine: Engine,
    of: Attempt,
    step: int,
    fact: Fact,
    answer: Mapping[str, object] | None = None,
    by: str | None = None,
) -> dict[str, object]:
    return {
        "id": uuid4(), "key": of.key, "number": of.number, "step": step, "fact": fact, "type": of.type,
        "policy": of.policy, "process_id": of.process_id, "instance_id": of.instance_id, "element": of.element,
        "job_id": of.job_id, "at": engine.clock.now(), "by": by, "answer": kept(answer) or None,
    }  # fmt: skip


def kept(answer: Mapping[str, object] | None) -> dict[str, object]:
    """An answer as it is stored: a few short parts. Connectors put no personal data into it."""
    parts = list((answer or {}).items())[:ANSWER_PARTS]
    return {
        fitting(str(name), 80): part if isinstance(part, bool | int) else fitting(str(part), ANSWER_TEXT)
        for name, part in parts
    }
