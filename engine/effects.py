"""Work that a case asks for while it advances: service tasks in a SAVEPOINT, decisions; and what is left to jobs."""

from __future__ import annotations

import logging
import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine.bounds import fitting
from engine.bpmn.outcome import DecisionCall, Done, Failed, Later, ServiceAnswer, ServiceCall, Thrown
from engine.calendar import parse_duration
from engine.definitions import Definition, decision_model
from engine.dmn import DecisionResult
from engine.errors import AmicaleError, BpmnError, Invalid, NotFound, TextRefused, WorkFailed
from engine.feel.run import Environment, Warning  # noqa: A004 - the standard's word
from engine.registry import ServiceTask, ServiceWork, as_declared
from engine.savepoint import savepoint
from engine.variables import encode, entering

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["Failure", "StepHost", "backoff", "failure_of", "serve_now", "serving"]

_SERVING: Final = "amicale.serving"
TOLD: Final = 10  # warnings of a decision that history keeps
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed, in words without personal data, and whether and when to try again."""

    reason: str
    again: bool = True
    retry_after: timedelta | None = None


def failure_of(error: Exception) -> Failure:
    """What an exception of a handler means. Only texts of our own errors are kept: others may quote data."""
    if isinstance(error, WorkFailed):
        return Failure(fitting(error.message), error.again, error.retry_after)
    if isinstance(error, AmicaleError):
        return Failure(fitting(f"{type(error).__name__}: {error.message}"), again=not isinstance(error, TextRefused))
    return Failure(type(error).__name__)


def backoff(engine: Engine, attempt: int, headers: Mapping[str, str], failure: Failure) -> timedelta:
    """How long to wait before the next attempt: the failure's word, else the header `retryBackoff`, else doubling.

    A tenth is added or taken at random, so that what failed together does not return together.
    """
    settings = engine.settings
    if failure.retry_after is not None:
        return failure.retry_after
    wait: timedelta = min(settings.first_backoff * 2 ** min(attempt - 1, 20), settings.longest_backoff)
    header = headers.get("retryBackoff", "").strip()
    if header:
        try:
            wait = parse_duration(header, settings.limits).estimate()
        except Invalid as error:
            log.warning("header retryBackoff ignored: %s", error)
    return wait * random.uniform(0.9, 1.1)  # noqa: S311 - spreads load, guards nothing


def serving(session: Session) -> ServiceWork | None:
    """The service task that is at work in this transaction: what it writes may say what it was written for."""
    found: ServiceWork | None = session.info.get(_SERVING)
    return found


def serve_now(task: ServiceTask, work: ServiceWork) -> Done | Thrown | Failure:
    """Runs a service task in a savepoint: whatever it did is undone unless it succeeds (`engine.savepoint`)."""
    outer, work.session.info[_SERVING] = work.session.info.get(_SERVING), work
    try:
        with savepoint(work.session, work.instance_id):
            return Done(entering(as_declared(task, task.work(work))))
    except BpmnError as error:
        return Thrown(error.error_code, error.reason, entering(error.variables))
    except Exception as error:
        where = (task.type, work.element, work.instance_id)
        about = {"case": str(work.instance_id)}
        log.warning("service task %s failed at %s of case %s", *where, exc_info=True, extra=about)
        return failure_of(error)
    finally:
        work.session.info[_SERVING] = outer


@dataclass(slots=True)
class StepHost:
    """The `Host` of one step of one case (engine/bpmn/outcome.py)."""

    engine: Engine
    session: Session
    instance_id: UUID
    definition: Definition
    failures: dict[UUID, Failure] = field(default_factory=dict)  # by token, for the jobs that are left
    decided: dict[UUID, dict[str, object]] = field(default_factory=dict)  # by token, for history
    served: bool = False  # whether a service task was at work: what it did lives outside of the case

    @property
    def environment(self) -> Environment:
        """What FEEL knows of the world."""
        return self.engine.environment

    def now(self) -> datetime:
        return self.engine.clock.now()

    def serve(self, call: ServiceCall) -> ServiceAnswer:
        if call.retries <= 0:
            return Failed("job", "no_retries", {"type": call.type}, f"“{call.type}” was given no attempt.")
        task = self.engine.registry.service_tasks.get(call.type)
        if task is None:
            return Later()
        self.served = True
        answer = serve_now(task, self.work(call))
        if not isinstance(answer, Failure):
            return answer
        if not answer.again or call.retries == 1:
            return work_gave_up(call.type, answer)
        self.failures[call.token] = answer
        return Later()

    def work(self, call: ServiceCall) -> ServiceWork:
        """What the service task of this call is given."""
        return ServiceWork(
            engine=self.engine,
            session=self.session,
            instance_id=self.instance_id,
            process_id=self.definition.process_id,
            element=call.element,
            token=call.token,
            variables=call.variables,
            headers=call.headers,
            now=self.now(),
        )

    def decide(self, call: DecisionCall) -> Done | Failed:
        deployment = self.definition.deployment_id
        try:
            model = decision_model(
                self.session, self.engine, call.decision_id, call.binding, deployment, call.version_tag
            )  # fmt: skip
        except NotFound:
            return Failed(
                "resource", "decision_missing", {"decision": call.decision_id}, f"No decision “{call.decision_id}”."
            )
        result = model.evaluate(call.decision_id, call.variables, self.environment)
        if result.failure is not None:
            params: dict[str, object] = {"decision": call.decision_id, **result.failure.params}
            message = f"The decision “{call.decision_id}” contradicts itself: {result.failure.code}."
            return Failed("decision", result.failure.code, params, message)
        self.decided[call.token] = explained(call.decision_id, result, self.definition.transient)
        return Done({"result": result.value})


def explained(decision_id: str, result: DecisionResult, transient: Collection[str]) -> dict[str, object]:
    """What history keeps of a decision: what it answered, which rules matched on which inputs, why a value is null.

    Nothing of `privacy.transient` inputs, whatever the columns that read them are called; warnings quote no value.
    """
    kept = result.without(transient)
    detail: dict[str, object] = {
        "decision": decision_id,
        "matched": [
            {
                "decision": each.decision,
                "inputs": encode(dict(each.inputs)),
                "rules": list(each.rules),
                "ids": list(each.ids),
            }
            for each in kept.matched
        ],
        "inputs": encode(kept.inputs),
    }
    if not result.may_tell(transient):
        detail["result"] = encode({"result": kept.value})["result"]
    if kept.warnings:
        detail["warnings"] = [reason(warning) for warning in kept.warnings[:TOLD]]
    return detail


def reason(warning: Warning) -> dict[str, object]:
    """A warning as JSON: its code, the names and types it speaks of, the cell."""
    params = {
        name: [str(part) for part in value] if isinstance(value, tuple | list) else str(value)
        for name, value in warning.params.items()
        if value is not None
    }
    return {"code": warning.code, "params": params, "place": list(warning.place) if warning.place else None}


def work_gave_up(type_: str, failure: Failure) -> Failed:
    """The incident of work that is not tried again."""
    return Failed("job", "attempts_exhausted", {"type": type_, "reason": failure.reason}, failure.reason)
