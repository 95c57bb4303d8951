"""Rounds: calls of one connector that go on record together before they are made, and are concluded together after.

What a mail costs beside its call are transactions: the attempt, the answer, the step. A round makes them once for all
of its calls, and keeps what is promised for each: no call leaves before the commit that records its attempt, its answer
is written under the epoch of its claim with the step that it moves, and an attempt of which nobody heard is made again
because only connectors that allow this are called in rounds. The time for which steps share a transaction is that of
timers (`EngineSettings.together`). Whatever is not as plain as that (an earlier attempt, a failure, a case that
somebody has in hand) is done alone, as `engine.connectors` does it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from engine import ledger
from engine.assignment import SYSTEM
from engine.bpmn import Case
from engine.bpmn.outcome import Done
from engine.claims import Claimed
from engine.connectors import (
    Answer,
    Call,
    Unclear,
    answered,
    attempt_alone,
    carried,
    conclude,
    fact_of,
    refused,
    work_of,
)
from engine.definitions import definition
from engine.errors import WorkFailed
from engine.leases import done, held, held_apart, held_together, pieces, settle_attempt
from engine.ledger import Attempt
from engine.models import Job
from engine.registry import Connector, NotBegun, Result
from engine.step import another_turn, resume_step
from engine.store import INSTANCE, JOB, Instance
from engine.transaction import transaction

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["Called", "call_together", "conclude_alone", "conclude_together"]

log = logging.getLogger(__name__)
_CALLED: Final = (
    select(*JOB.c, INSTANCE.c.definition_id, INSTANCE.c.rev, INSTANCE.c.state)
    .join_from(JOB, INSTANCE, INSTANCE.c.id == JOB.c.instance_id, isouter=True)
    .where(JOB.c.id.in_(bindparam("ids", expanding=True)))
    .where(or_(JOB.c.instance_id.is_(None), INSTANCE.c.status == "active"))
    .order_by(JOB.c.due_at, JOB.c.id)
    .with_for_update(of=JOB, key_share=True, skip_locked=True)
)


@dataclass(frozen=True, slots=True)
class Called:
    """A call that was made, or was not begun, and what came of it."""

    claimed: Claimed
    call: Call
    made: Attempt
    answer: Answer | Unclear | NotBegun


def call_together(engine: Engine, claimed: Sequence[Claimed]) -> list[Called]:
    """Records the attempts, commits, and makes the calls. Those that are not in the answer were not begun.

    Raises whatever keeps the attempts from being recorded: none was made then.
    """
    connector = engine.registry.connectors[claimed[0].type]
    calls = _recorded(engine, claimed, connector)
    assert connector.round is not None
    try:
        said = connector.round([call.work for _, call, _ in calls]) if calls else []
    except Exception:
        log.warning("a round of %s calls of %s could not begin", len(calls), connector.type, exc_info=True)
        return [Called(*each, attempt_alone(each[1])) for each in calls]
    if len(said) != len(calls):  # which call an answer belongs to is not known; the calls may have left
        reason = f"the connector answered for another number of calls than it was given ({len(said)}/{len(calls)})"
        said = [WorkFailed(reason, again=False)] * len(calls)
    return [Called(*each, _heard(each[1], answer)) for each, answer in zip(calls, said, strict=True)]


def _heard(call: Call, said: Result | Exception) -> Answer | Unclear | NotBegun:
    """What the round says of one call."""
    if isinstance(said, NotBegun):
        return said
    return refused(call, said) if isinstance(said, Exception) else answered(call, said)


def _recorded(engine: Engine, claimed: Sequence[Claimed], connector: Connector) -> list[tuple[Claimed, Call, Attempt]]:
    """The calls whose first attempts are on record now, each under the lease of its claim."""
    leases = {each.id: each for each in claimed}
    with transaction(engine) as session:
        found = [(_job(row), row) for row in session.execute(_CALLED, {"ids": list(leases)})]
        fresh = [(job, row) for job, row in found if job.epoch == leases[job.id].epoch == 1]
        made = ledger.first_attempts(session, engine, [job for job, _ in fresh], connector)
        return [
            (leases[job.id], _call(engine, session, job, row, connector), made[job.id])
            for job, row in fresh
            if job.id in made
        ]


def _call(engine: Engine, session: Session, job: Job, row: Any, connector: Connector) -> Call:
    if job.instance_id is None:
        variables = carried(job)
    else:
        assert job.token is not None
        case = engine.live_cases.take(job.instance_id, row.rev)
        if case is None:
            case = Case.load(definition(session, engine, row.definition_id).spec, row.state)
        variables = case.visible(job.token)
        engine.live_cases.put(job.instance_id, row.rev, case)
    return Call(engine, job.id, job.epoch, connector, work_of(engine, job, variables), 0)


def _job(row: Any) -> Job:
    return Job(**dict(zip(JOB.c.keys(), row, strict=False)))


def conclude_together(engine: Engine, called: Sequence[Called]) -> list[Called]:
    """Writes the answers with the steps that they move; answers those that are to be concluded alone."""
    waiting = [each for each in called if isinstance(each.answer, Done)]
    left = [each for each in called if not isinstance(each.answer, Done)]
    while waiting:
        try:
            written, others = _conclude_some(engine, waiting)
        except Exception:
            log.debug("%s answers could not be written together: one by one", len(waiting), exc_info=True)
            return left + waiting
        left += others
        gone = {each.claimed.id for each in (*written, *others)}
        if not gone:
            break
        waiting = [each for each in waiting if each.claimed.id not in gone]
    return left + waiting


def _conclude_some(engine: Engine, waiting: Sequence[Called]) -> tuple[list[Called], list[Called]]:
    """One transaction: those that it wrote, and those that it may not write. The others are in the next."""
    by_id = {each.claimed.id: each for each in waiting}
    written: list[Called] = []
    with transaction(engine) as session:
        began = time.perf_counter()
        mine = [job for some in pieces([each.claimed for each in waiting]) for job in held_apart(session, some)]
        for job in mine:
            done(session, job)
        written += (by_id[job.id] for job in mine)
        lost, cases, apart = set[UUID](), set[UUID](), {job.id for job in mine}
        left = [each.claimed for each in waiting if each.claimed.id not in apart]
        for job, instance, state in _held(session, left, lost):
            each = by_id[job.id]
            if instance.id in cases or not isinstance(each.answer, Done) or job.token is None:
                continue  # its case has moved: in the next transaction
            cases.add(instance.id)
            another_turn(session)
            step = resume_step(engine, session, instance, state, SYSTEM)
            step.priority = job.priority
            settle_attempt(step, job, job.token, each.answer)
            session.flush()
            session.expunge_all()
            written.append(each)
            if time.perf_counter() - began > engine.settings.together.total_seconds():
                break
        ledger.outcomes(session, engine, [(each.made, *_told(each)) for each in written])
    return written, [each for each in waiting if each.claimed.id in lost]


def _held(session: Session, claimed: Sequence[Claimed], lost: set[UUID]) -> Iterator[tuple[Job, Instance, str]]:
    """Jobs with their cases, some at a time; those that cannot be had now are `lost` to this transaction."""
    for some in pieces(claimed):
        found = held_together(session, some)
        lost |= {each.id for each in some} - {job.id for job, _, _ in found}
        yield from found


def _told(each: Called) -> tuple[ledger.Fact, Any]:
    assert isinstance(each.answer, Done)
    return fact_of(each.call, each.answer)


def conclude_alone(engine: Engine, called: Called) -> None:
    """Writes what came of one call in a transaction of its own. Raises Lost."""
    if not isinstance(called.answer, NotBegun):
        conclude(called.call, called.made, called.answer)
        return
    with transaction(engine) as session:
        job = held(session, called.claimed.id, called.claimed.epoch)
        ledger.outcome(session, engine, called.made, "not_gone")
        job.leased_until, job.leased_by, job.attempts = None, None, job.attempts + 1
