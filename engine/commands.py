"""The verbs: everything that can be done to cases, on one page.

Each takes the session of a running `engine.transaction.transaction`, which alone commits. An `Actor` says who acts.
A `request_key` makes a verb repeatable: the same key again gets the stored answer, and the act is done once.

    with transaction(engine) as session:
        started = commands.start(session, engine, "membership_application", {"category": "GRADUATE"}, by=actor)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.orm import Session

from engine import cases, choosing, completion, conditions, deployment, moving, pending, publishing, starting, taking
from engine import undo as way_back
from engine.assignment import Actor
from engine.bulk import BulkRetry, Chosen
from engine.bulk import retry_matching as retry_alike
from engine.collective.background import act_on_cases
from engine.completion import Completed
from engine.conditions import Evaluated, MayStart
from engine.deployment import Check, DeployResult
from engine.migration import together
from engine.migration.moving import Moved
from engine.migration.moving import move as move_case
from engine.promised import move_job
from engine.publishing import Published
from engine.starting import Started
from engine.variables import entering

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = [
    "act_on_cases", "assign", "broadcast_signal", "cancel", "choose", "claim", "close_choice", "complete",
    "correlate_message", "delegate", "deploy", "evaluate_conditions", "migrate", "migrate_cases", "move_job",
    "move_timer", "move_tokens", "postpone", "release", "resume", "retry_incident", "retry_incidents", "retry_matching",
    "return_cases", "run_timer", "set_variables", "skip_incident", "start", "suspend", "undo", "withdraw_message",
]  # fmt: skip


def deploy(
    session: Session, engine: Engine, resources: Mapping[str, bytes], *, by: Actor, reason: str = "",
    checks: Sequence[Check] = (),
) -> DeployResult:  # fmt: skip
    """Deploys files as one immutable version of each process in them. The same bytes again change nothing.

    Running cases keep their version. `checks` are the caller's (forms, names). Raises DeploymentRefused with every
    finding; nothing was changed then."""
    return deployment.deploy(session, engine, resources, by=by, reason=reason, checks=checks)


def start(
    session: Session, engine: Engine, process_id: str, variables: Mapping[str, object] | None = None, *, by: Actor,
    request_key: str | None = None, business_key: str | None = None, write: starting.Writer | None = None,
    at: str | None = None, reason: str = "",
) -> Started:  # fmt: skip
    """Starts a case of the latest version at its none start event.

    `write(session, context)` writes records in the same transaction and may answer further variables. `at`: the element
    at which the case begins in the middle of its way, for work that began elsewhere (an import); `variables` are then
    what the way before it would have written, and history tells where and for which `reason` it began. Raises NotFound,
    NoPlainStart, NoPlaceToBegin, InvalidVariable, RequestKeyReused.
    """
    return starting.start(
        session, engine, process_id, variables, by=by, request_key=request_key, business_key=business_key, write=write,
        at=at, reason=reason,
    )  # fmt: skip


def claim(session: Session, engine: Engine, task_id: UUID, *, by: Actor) -> None:
    """Takes a task from the queue. Raises NotFound, TaskClosed, TaskTaken."""
    taking.claim(session, engine, task_id, by=by)


def release(session: Session, engine: Engine, task_id: UUID, *, by: Actor, steering: bool = False) -> None:
    """Puts one's task back into its queue; `steering`: anybody's. Raises as `delegate`, Refused (it has no queue)."""
    taking.release(session, engine, task_id, by=by, steering=steering)


def assign(session: Session, engine: Engine, task_id: UUID, *, by: Actor, to: str) -> None:
    """Gives a task to a person, by actor id. Raises NotFound, TaskClosed, TaskTaken."""
    taking.assign(session, engine, task_id, by=by, to=to)


def delegate(
    session: Session, engine: Engine, task_id: UUID, *, by: Actor, to: str, steering: bool = False,
    until: datetime | None = None,
) -> None:  # fmt: skip
    """Hands one's task to an actor, put off `until`; `steering`: anybody's. Raises NotFound, TaskClosed, TaskTaken."""
    taking.assign(session, engine, task_id, by=by, to=to, steering=steering, until=until)


def postpone(session: Session, engine: Engine, task_id: UUID, *, by: Actor, until: datetime | None) -> None:
    """Puts one's task out of sight; None brings it back. Raises as `delegate`, and Refused, TimePast, TimeTooFar."""
    taking.postpone(session, engine, task_id, by=by, until=until)


def complete(
    session: Session, engine: Engine, task_id: UUID, variables: Mapping[str, object] | None = None, *, by: Actor,
    request_key: str | None = None, write: completion.Writer | None = None, undoable: bool = False,
) -> Completed:  # fmt: skip
    """Completes a task with its result and moves the case on, in one transaction.

    In this order: the request key; the lock on the instance's row; the task is still open and the actor may act;
    `write(session, context)` (records, further variables); the case advances; everything is written. `undoable` keeps
    the way back where there is one, and holds a task with `task.undo` meanwhile (`engine.undo`). Raises NotFound,
    TaskClosed, TaskTaken, CaseSuspended, InvalidVariable, RequestKeyReused.
    """
    return completion.complete(
        session, engine, task_id, variables, by=by, request_key=request_key, write=write, undoable=undoable
    )


def undo(session: Session, engine: Engine, task_id: UUID, *, by: Actor) -> None:
    """Opens a task again that the actor completed with `undoable`, its case as it was; one that is open stays as it is.
    Raises NotFound, Refused (somebody else completed it), CaseSuspended, EffectLeft, ActedAfter, UndoTooLate."""
    way_back.undo(session, engine, task_id, by=by)


def choose(
    session: Session, engine: Engine, instance_id: UUID, token: UUID, element: str, *, by: Actor,
    request_key: str | None = None,
) -> None:  # fmt: skip
    """Begins an element that is enabled in the ad-hoc sub-process of this token (`engine.choosing.open_choices`).

    Raises NotFound, CaseClosed, CaseSuspended, TokenGone, NotEnabled, RequestKeyReused.
    """
    choosing.choose(session, engine, instance_id, token, element, by=by, request_key=request_key)


def close_choice(session: Session, engine: Engine, instance_id: UUID, token: UUID, *, by: Actor) -> None:
    """Lets nothing more begin in an ad-hoc sub-process: it ends with what is at work.

    Raises NotFound, CaseClosed, CaseSuspended, TokenGone.
    """
    choosing.close_choice(session, engine, instance_id, token, by=by)


def cancel(session: Session, engine: Engine, instance_id: UUID, *, by: Actor, reason: str = "") -> None:
    """Ends a case with everything in it, and the cases it called. Raises NotFound, CaseClosed."""
    cases.cancel(session, engine, instance_id, by=by, reason=reason)


def suspend(session: Session, engine: Engine, instance_id: UUID, *, by: Actor, reason: str = "") -> None:
    """Holds a case and its jobs. Raises NotFound, CaseClosed, CaseSuspended."""
    cases.suspend(session, engine, instance_id, by=by, reason=reason)


def resume(session: Session, engine: Engine, instance_id: UUID, *, by: Actor) -> None:
    """Lets a suspended case go on. Raises NotFound, CaseClosed."""
    cases.resume(session, engine, instance_id, by=by)


def set_variables(
    session: Session, engine: Engine, instance_id: UUID, variables: Mapping[str, object], *, by: Actor,
    reason: str = "", scope_token: UUID | None = None,
) -> None:  # fmt: skip
    """Corrects variables of a case, or of the scope of one token. Raises NotFound, CaseClosed, InvalidVariable."""
    cases.set_variables(session, engine, instance_id, variables, by=by, reason=reason, scope_token=scope_token)


def move_tokens(
    session: Session, engine: Engine, instance_id: UUID, element: str, *, by: Actor, tokens: Collection[UUID] = (),
    reason: str, request_key: str | None = None,
) -> None:  # fmt: skip
    """Lets a case go on at an element instead of where these tokens stand; without any, instead of at all that it
    stands at: that begins it anew there. What they wait for is given up, and their called cases end.

    Where it may go: `engine.moving.standing`. Raises NotFound, CaseClosed, CaseSuspended, TokenGone, NotMovable,
    NoPlaceToGoOn, RequestKeyReused, TextRefused.
    """
    moving.move_tokens(
        session, engine, instance_id, element, by=by, tokens=tokens, reason=reason, request_key=request_key
    )


def skip_incident(
    session: Session, engine: Engine, incident_id: UUID, *, by: Actor, reason: str,
    variables: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    """Lets the step of an incident count as done, with these variables as what it brought; the case goes on behind it.

    An incident that was resolved meanwhile is left alone. Raises NotFound, CaseClosed, CaseSuspended, DecisionNeeded,
    NotSkippable (a gateway, a loop, machinery that failed), InvalidVariable, TextRefused.
    """
    moving.skip_incident(session, engine, incident_id, by=by, reason=reason, variables=variables)


def move_timer(
    session: Session, engine: Engine, instance_id: UUID, token: UUID, due_at: datetime, *, by: Actor,
    was: datetime | None = None, reason: str = "",
) -> None:  # fmt: skip
    """Sets when a pending timer is due; one in the past is due at once. `was`: the date that the person saw.

    Firings of a cycle up to the new date count as past, the later ones keep theirs. Suspended cases too. Raises
    NotFound, CaseClosed, TokenGone, TimerMoved (it is not due at `was`), TimeTooFar, TextRefused.
    """
    pending.move_timer(session, engine, instance_id, token, due_at, by=by, was=was, reason=reason)


def run_timer(
    session: Session, engine: Engine, instance_id: UUID, token: UUID, *, by: Actor, request_key: str | None = None,
    reason: str = "",
) -> None:  # fmt: skip
    """Lets a pending timer fire now; a cycle goes on. Raises as `move_timer`, CaseSuspended, RequestKeyReused."""
    pending.run_timer(session, engine, instance_id, token, by=by, request_key=request_key, reason=reason)


def correlate_message(
    session: Session, engine: Engine, name: str, key: str, variables: Mapping[str, object] | None = None, *,
    source: str, message_id: str | None = None, ttl: timedelta = timedelta(0), by: Actor,
) -> Published:  # fmt: skip
    """Publishes a message: at most one case a process id takes it, or it starts one, or it is kept for `ttl`.
    `source` and `message_id` together are taken once: a repeated webhook answers `duplicate`. Raises InvalidVariable.
    """
    return publishing.publish(
        session, engine, name, key, entering(variables), source=source, message_id=message_id, ttl=ttl, by=by
    )


def withdraw_message(session: Session, engine: Engine, *, source: str, message_id: str) -> bool:
    """Nobody receives a kept message any more, whoever received it before. Answers whether it was still kept."""
    return publishing.withdraw(session, engine, source=source, message_id=message_id)


def broadcast_signal(session: Session, engine: Engine, name: str, variables: Mapping[str, object] | None = None) -> int:
    """Sends a signal to everyone who waits for it now, by one job each; answers how many."""
    return publishing.broadcast(session, engine, name, entering(variables))


def evaluate_conditions(
    session: Session, engine: Engine, variables: Mapping[str, object] | None = None, *, by: Actor,
    process_id: str | None = None, may_start: MayStart | None = None, request_key: str | None = None,
) -> tuple[Evaluated, ...]:  # fmt: skip
    """Asks the conditional start events of the latest versions (of one process, where given) over these variables.

    Each that is true begins a case with them; answers every start event that was asked. One that watches variables is
    asked where one of them is given. `may_start(process_id)` says whether the caller may; nothing begins where it does
    not for one that is true. Raises Refused, NotFound (no such process), InvalidVariable, RequestKeyReused.
    """
    return conditions.evaluate(
        session, engine, variables, by=by, process_id=process_id, may_start=may_start, request_key=request_key
    )


def retry_incident(
    session: Session, engine: Engine, incident_id: UUID, *, by: Actor, variables: Mapping[str, object] | None = None,
    scope_token: UUID | None = None,
) -> None:  # fmt: skip
    """Does the step of an incident again, with corrected variables where given.

    They are written to the innermost scope around the incident that has them, else to the case; with `scope_token`, to
    the scope of that token. Raises NotFound, CaseClosed, CaseSuspended, InvalidVariable.
    """
    cases.retry_incident(session, engine, incident_id, by=by, variables=variables, scope_token=scope_token)


def retry_incidents(session: Session, engine: Engine, incident_ids: Sequence[UUID], *, by: Actor) -> int:
    """The same for many, by one job each; answers how many were open."""
    return cases.retry_incidents(session, engine, incident_ids, by=by)


def retry_matching(session: Session, engine: Engine, chosen: Chosen, *, by: Actor) -> BulkRetry:
    """The same for all that a process, an element, an error have in common; see `engine.bulk.remaining`."""
    return retry_alike(session, engine, chosen, by=by)


def migrate(
    session: Session, engine: Engine, instance_id: UUID, definition_id: UUID, *, by: Actor,
    moved: Mapping[str, str] | None = None, reason: str = "",
) -> Moved:  # fmt: skip
    """Moves a running case to another version of its process: the same tokens on the elements of the same ids, or of
    `moved`. Open tasks keep claim and draft; times that differ count from their anchor. Raises NotFound, CaseClosed,
    MappingRefused, MigrationRefused (every element that keeps it where it is)."""
    return move_case(session, engine, instance_id, definition_id, by=by, moved=moved, reason=reason)


def migrate_cases(
    session: Session, engine: Engine, definition_id: UUID, instance_ids: Sequence[UUID], *, by: Actor,
    return_for: timedelta, moved: Mapping[str, str] | None = None, reason: str = "",
) -> UUID:  # fmt: skip
    """Moves these cases in the background, with a result for each; answers the id of the migration. `return_for`: how
    long each may go back by `return_cases`. Raises NotFound, MappingRefused, TextRefused."""
    return together.migrate_cases(
        session, engine, definition_id, instance_ids, by=by, return_for=return_for, moved=moved, reason=reason
    )


def return_cases(
    session: Session, engine: Engine, migration_id: UUID, instance_ids: Sequence[UUID] | None = None, *, by: Actor
) -> int:
    """Takes cases of a migration back to the version and state that they had, all or some, in the background; answers
    how many. Raises NotFound, ReturnOver (its time is over)."""
    return together.return_cases(session, engine, migration_id, instance_ids, by=by)
