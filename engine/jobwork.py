"""What the jobs do, by kind. See engine/jobs.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine import bulk, calls, correlation, deadlines, publishing, schedule
from engine.advance import advance
from engine.assignment import SYSTEM, Actor
from engine.bpmn.errors import TokenGone
from engine.bpmn.outcome import ServiceCall
from engine.cases import retry_incident
from engine.collective import background
from engine.effects import serve_now
from engine.errors import CaseClosed, CaseSuspended, NotFound
from engine.leases import done, drop, headers_of, held, hold, put_by, settle_attempt
from engine.migration import together
from engine.models import Job, Message
from engine.outside import feed
from engine.registry import ServiceWork
from engine.step import Step, another_turn, begin, resume_step
from engine.store import Instance
from engine.stuck import lost_workers, stand
from engine.transaction import transaction
from engine.variables import decode

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["publish_beside", "run_beside", "run_inside"]

NO_CASE: Final = UUID(int=0)  # where work belongs to none


def run_inside(engine: Engine, job_id: UUID, epoch: int) -> None:
    """Runs a job in one transaction, with the case's row locked first. Raises Lost, and what the kind raises."""
    try:
        with transaction(engine) as session:
            job = held(session, job_id, epoch)
            if lost_workers(job) >= engine.settings.machinery_attempts:
                stand(session, engine, job, f"{lost_workers(job)} workers were lost while they did this.")
                return
            RUNNERS[job.kind](engine, session, job)
    except (TokenGone, CaseClosed, NotFound):
        drop(engine, job_id, epoch)
    except CaseSuspended:
        hold(engine, job_id, epoch)


def run_beside(engine: Engine, session: Session, job: Job, instance: Instance, state: str) -> None:
    """Runs a job beside others in one transaction, its case's row locked and read. Raises what the kind raises."""
    another_turn(session)
    resume_step(engine, session, instance, state, SYSTEM)
    RUNNERS[job.kind](engine, session, job)
    session.flush()
    session.expunge_all()  # what one job read is read anew by the next


def publish_beside(engine: Engine, session: Session, job: Job) -> None:
    """Publishes the message of a job beside those of others in one transaction, waiting for no case."""
    another_turn(session)
    _publish(engine, session, job, wait=False)
    session.flush()
    session.expunge_all()


def _step(engine: Engine, session: Session, job: Job) -> tuple[Step, UUID]:
    assert job.instance_id is not None
    assert job.token is not None
    step = begin(engine, session, job.instance_id, SYSTEM)
    step.priority = job.priority
    return step, job.token


def _timer(engine: Engine, session: Session, job: Job) -> None:
    step, token = _step(engine, session, job)
    done(session, job)
    step.case.fire_timer(token, step.host)
    advance(step)


def _continue(engine: Engine, session: Session, job: Job) -> None:
    assert job.instance_id is not None
    step = begin(engine, session, job.instance_id, SYSTEM)
    step.priority = job.priority
    done(session, job)
    step.case.resume(step.host)
    advance(step)


def _service(engine: Engine, session: Session, job: Job) -> None:
    step, token = _step(engine, session, job)
    task = engine.registry.service_tasks.get(job.type)
    if task is None:
        put_by(job)
        return
    call = ServiceCall(
        token, job.element or "", job.type, headers_of(job), job.retries, step.case.visible(token)
    )  # fmt: skip
    settle_attempt(step, job, token, serve_now(task, step.host.work(call)))


def _call(engine: Engine, session: Session, job: Job) -> None:
    step, token = _step(engine, session, job)
    fact = calls.promised_call(token, job.element or "", job.payload)
    done(session, job)
    moved = calls.start_child(step, fact)
    if moved is not None:
        advance(moved)


def _called(engine: Engine, session: Session, job: Job) -> None:
    step, token = _step(engine, session, job)
    payload: Mapping[str, Any] = job.payload
    done(session, job)
    variables = decode(payload["variables"])
    moved = calls.tell_parent(step, token, payload["news"], payload["code"], payload["message"], variables)
    if moved is not None:
        advance(moved)


def _message(engine: Engine, session: Session, job: Job) -> None:
    step, token = _step(engine, session, job)
    payload: Mapping[str, Any] = job.payload
    done(session, job)
    if "message_id" in payload:
        message = session.get(Message, UUID(payload["message_id"]))
        text = message.payload if message is not None else "{}"
        name = message.name if message is not None else ""
    else:
        text, name = payload["text"], payload["name"]
    element = correlation.waits_at(step, token)
    step.case.deliver(token, correlation.read_text(text), step.host)
    step.note("message_received", element, token, {"name": name})
    advance(step)


def _signal(engine: Engine, session: Session, job: Job) -> None:
    step, token = _step(engine, session, job)
    payload: Mapping[str, Any] = job.payload
    done(session, job)
    step.case.deliver(token, decode(payload["variables"]), step.host)
    advance(step)


def _start(engine: Engine, session: Session, job: Job) -> None:
    schedule.start_by_job(session, engine, job)
    done(session, job)


def _start_timer(engine: Engine, session: Session, job: Job) -> None:
    schedule.fire_start_timer(session, engine, job)
    done(session, job)


def _publish(engine: Engine, session: Session, job: Job, *, wait: bool = True) -> None:
    payload: Mapping[str, Any] = job.payload
    variables, name, key = decode(payload["variables"]), str(payload["name"]), str(payload["key"])
    if job.kind == "publish_all":
        publishing.publish_to_all(session, engine, name, key, variables)
    else:
        publishing.publish(
            session, engine, name, key, variables, source=payload["source"], message_id=payload["message_id"],
            ttl=timedelta(seconds=payload["ttl"]), wait=wait,
        )  # fmt: skip
    done(session, job)


def _freed(engine: Engine, session: Session, job: Job) -> None:
    publishing.start_from_kept(session, engine, str(job.payload["process_id"]), str(job.payload["key"]))
    done(session, job)


def _deadline(engine: Engine, session: Session, job: Job) -> None:
    deadlines.reach(engine, session, job)
    done(session, job)


def _retry(engine: Engine, session: Session, job: Job) -> None:
    by, incident = str(job.payload["by"]), UUID(str(job.payload["incident"]))
    done(session, job)  # first: a case that ends by it takes its jobs along
    retry_incident(session, engine, incident, by=Actor(by, by))


def _retry_all(engine: Engine, session: Session, job: Job) -> None:
    bulk.go_on(session, engine, job.payload)
    done(session, job)


def _migrate(engine: Engine, session: Session, job: Job) -> None:
    together.run_one(session, engine, job.payload)
    done(session, job)


def _migrate_all(engine: Engine, session: Session, job: Job) -> None:
    together.go_on(session, engine, job.payload)
    done(session, job)


def _migrate_end(engine: Engine, session: Session, job: Job) -> None:
    together.forget(session, UUID(str(job.payload["migration"])))
    done(session, job)


def _act(engine: Engine, session: Session, job: Job) -> None:
    background.run_one(session, engine, job.payload)
    done(session, job)


def _act_all(engine: Engine, session: Session, job: Job) -> None:
    background.go_on(session, engine, job.payload)
    done(session, job)


def _feed(engine: Engine, session: Session, job: Job) -> None:
    feed.read_on(session, engine)
    done(session, job)


def _errand(engine: Engine, session: Session, job: Job) -> None:
    """Work of no case that needs our database alone: a service task, in this transaction, at its moment."""
    task = engine.registry.service_tasks.get(job.type)
    if task is None:
        put_by(job)
        return
    task.work(
        ServiceWork(
            engine=engine, session=session, instance_id=NO_CASE, process_id=job.process_id, element="", token=job.id,
            variables={}, headers={}, now=engine.clock.now(),
        )
    )  # fmt: skip
    done(session, job)


RUNNERS: Final[Mapping[str, Callable[[Any, Session, Job], None]]] = {
    "timer": _timer, "continue": _continue, "service": _service, "call": _call, "called": _called,
    "message": _message, "signal": _signal, "start": _start, "start_timer": _start_timer, "publish": _publish,
    "publish_all": _publish, "freed": _freed, "deadline": _deadline, "retry": _retry, "retry_all": _retry_all,
    "migrate": _migrate, "migrate_all": _migrate_all, "migrate_end": _migrate_end,
    "feed": _feed, "errand": _errand, "act": _act, "act_all": _act_all,
}  # fmt: skip
