"""What a step of a case in memory asks of its host, and what it tells the store: facts, in the order of happening.

`engine/bpmn` advances tokens without any I/O; `engine/store.py` turns these facts into rows, in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, Protocol
from uuid import UUID

from engine.bpmn.explanations import NullExplained
from engine.feel import Environment
from engine.feel.values import Value

Variables = Mapping[str, Value]
Binding = Literal["latest", "deployment", "versionTag"]


# --- what a step asks of its host -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """A job-based element was entered: its type, headers and the variables it sees (after input mappings)."""

    token: UUID
    element: str
    type: str
    headers: Mapping[str, str]
    retries: int
    variables: Variables


@dataclass(frozen=True, slots=True)
class DecisionCall:
    """A business rule task was entered."""

    token: UUID
    element: str
    decision_id: str
    binding: Binding
    version_tag: str | None
    variables: Variables


@dataclass(frozen=True, slots=True)
class Done:
    """The work is done; `variables` are its result (dialect §4 rule 3)."""

    variables: Variables


@dataclass(frozen=True, slots=True)
class Later:
    """The work was promised as a job; the token waits for `Case.complete_job`, `fail_job` or `throw_error`."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The work cannot go on by itself: an incident at this element."""

    kind: str
    code: str
    params: Mapping[str, object]
    message: str


@dataclass(frozen=True, slots=True)
class Thrown:
    """The work answered with a BPMN error (dialect §8)."""

    error_code: str
    message: str
    variables: Variables


ServiceAnswer = Done | Later | Failed | Thrown


class Host(Protocol):
    """What a case needs from outside while it advances: the time, work done at once, decisions."""

    @property
    def environment(self) -> Environment:
        """What FEEL knows of the world: the same clock, the association's zone, added functions."""

    def now(self) -> datetime:
        """The present moment, aware."""

    def serve(self, call: ServiceCall) -> ServiceAnswer:
        """Does the work inside the current transaction, or promises it as a job."""

    def decide(self, call: DecisionCall) -> Done | Failed:
        """Evaluates a deployed decision; `Done.variables` holds the single key `result`."""


# --- what a step tells the store -------------------------------------------------------------------------------------
# What every step tells is a tuple: that is made at a third of the cost of a frozen dataclass.


class FormRef(NamedTuple):
    """The form of a user task: a linked form, an embedded one of this file, or a page of our own."""

    form_id: str | None
    binding: Binding = "deployment"
    version_tag: str | None = None
    external: str | None = None


class TaskOpened(NamedTuple):
    token: UUID
    element: str
    name: str
    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    excluded: tuple[str, ...]  # `task.excluded`: whose own matter it is
    form: FormRef | None
    due_at: datetime | None
    follow_up_at: datetime | None
    priority: int
    properties: Mapping[str, Value]  # evaluated `task.*` properties


class TaskClosed(NamedTuple):
    token: UUID
    element: str
    state: Literal["completed", "canceled"]


@dataclass(frozen=True, slots=True)
class TimerSet:
    """`due_at` of the next firing. A recurring timer is set again after each firing, counted from its anchor."""

    token: UUID
    element: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class SubscriptionOpened:
    token: UUID
    element: str
    kind: Literal["message", "signal"]
    name: str
    key: str


class WaitDropped(NamedTuple):
    """Timers, subscriptions and jobs of this token are void."""

    token: UUID
    element: str


@dataclass(frozen=True, slots=True)
class JobPromised:
    """The host answered `Later`: the same call, as a row."""

    call: ServiceCall


@dataclass(frozen=True, slots=True)
class CalledCase:
    """A call activity was entered: a child case is to be started with these variables."""

    token: UUID
    element: str
    process_id: str
    binding: Binding
    version_tag: str | None
    variables: Variables


@dataclass(frozen=True, slots=True)
class CalledCaseDropped:
    """The call activity was interrupted: its child is to be canceled."""

    token: UUID
    element: str


@dataclass(frozen=True, slots=True)
class SignalThrown:
    """A signal was thrown. The waits of this very case have received it already: broadcast it to all others."""

    element: str
    name: str
    variables: Variables


@dataclass(frozen=True, slots=True)
class IncidentRaised:
    token: UUID
    element: str
    kind: str
    code: str
    params: Mapping[str, object]
    message: str


@dataclass(frozen=True, slots=True)
class IncidentResolved:
    token: UUID
    element: str


class ElementEntered(NamedTuple):
    token: UUID
    element: str


class ElementLeft(NamedTuple):
    token: UUID
    element: str
    canceled: bool = False


class FlowTaken(NamedTuple):
    flow: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision was made: what matched and why, for the case page."""

    token: UUID
    element: str
    decision_id: str
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class StepBudgetSpent:
    """Go on by a job, after 500 automatic elements; `caller_first`: or when the caller has heard an escalation."""

    caller_first: bool = False


@dataclass(frozen=True, slots=True)
class ErrorEscaped:
    """A BPMN error reached the root of a called case: it climbs to the caller, whose handler cancels this case. An
    incident at the throwing element follows, for the case that nobody catches it."""

    element: str
    error_code: str
    message: str
    variables: Variables


@dataclass(frozen=True, slots=True)
class EscalationEscaped:
    """An escalation reached the root of a called case: it climbs to the caller, and is nothing at the top."""

    element: str
    escalation_code: str
    variables: Variables


@dataclass(frozen=True, slots=True)
class CaseEnded:
    """The last token ended. `variables` is the root scope at the end, for the caller's output mappings."""

    state: Literal["completed", "canceled"]
    variables: Variables


Fact = (
    TaskOpened
    | TaskClosed
    | TimerSet
    | SubscriptionOpened
    | WaitDropped
    | JobPromised
    | CalledCase
    | CalledCaseDropped
    | SignalThrown
    | IncidentRaised
    | IncidentResolved
    | ElementEntered
    | ElementLeft
    | FlowTaken
    | Decided
    | NullExplained
    | StepBudgetSpent
    | ErrorEscaped
    | EscalationEscaped
    | CaseEnded
)
