"""A small world of cases for the conformance runner: several instances, their timers, messages, signals and calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.bpmn import Case, ProcessSpec, StartEvent, TokenGone
from engine.bpmn.outcome import (
    CalledCase,
    CalledCaseDropped,
    CaseEnded,
    DecisionCall,
    Done,
    ErrorEscaped,
    EscalationEscaped,
    Fact,
    Failed,
    IncidentRaised,
    IncidentResolved,
    Later,
    ServiceAnswer,
    ServiceCall,
    SignalThrown,
    StepBudgetSpent,
    SubscriptionOpened,
    TaskOpened,
    TimerSet,
    WaitDropped,
)
from engine.calendar import Firing
from engine.errors import AmicaleError
from engine.feel import Environment
from engine.feel.values import Value
from tests.conformance.effects import Applied, Effects

__all__ = ["Endless", "Instance", "World"]

MOST: Final = 100_000  # deliveries and firings of one step


class Endless(Exception):
    """The instances go on without end: each answers another."""


@dataclass
class Wait:
    """A timer or subscription of a token."""

    order: int
    name: str = ""
    due: datetime | None = None


@dataclass
class Instance:
    """One case with what it waits for."""

    case: Case
    spec: ProcessSpec
    caller: tuple[Instance, UUID] | None = None
    waits: dict[UUID, Wait] = field(default_factory=dict)
    opened: dict[UUID, int] = field(default_factory=dict)  # when a wait point was opened, by its token
    incidents: dict[UUID, str] = field(default_factory=dict)
    called: dict[UUID, Instance] = field(default_factory=dict)
    ended: bool = False


@dataclass
class StartTimer:
    """The next firing of a timer that starts a process."""

    order: int
    process: str
    start: StartEvent
    anchor: datetime
    firing: Firing


class World:
    """Instances of the deployed processes; implements the host of the engine."""

    def __init__(self, processes: Mapping[str, ProcessSpec], effects: Effects, *, roundtrip: bool = False) -> None:
        self.processes = processes
        self.effects = effects
        self.roundtrip = roundtrip
        self.moment = datetime(2030, 1, 1, tzinfo=UTC)
        self.instances: list[Instance] = []
        self.all: list[Instance] = []
        self.trace: list[str] = []
        self.order = 0
        self.outbox: list[Callable[[], object]] = []
        self.start_timers = list(self._start_timers())

    def _start_timers(self) -> Iterator[StartTimer]:
        for process, spec in self.processes.items():
            for start in spec.start_events:
                if start.kind == "timer" and (firing := start.firing(self.moment, self.environment)) is not None:
                    yield StartTimer(0, process, start, self.moment, firing)

    # --- the host ---

    @property
    def environment(self) -> Environment:
        return Environment(self.now, ZoneInfo("UTC"))

    def now(self) -> datetime:
        return self.moment

    def decide(self, call: DecisionCall) -> Done | Failed:
        return Failed("decision", "decision_missing", {}, call.decision_id)

    def serve(self, call: ServiceCall) -> ServiceAnswer:
        """The effects of the element; one that publishes goes on when its messages were delivered."""
        applied = self.effects.apply(call.element, call.variables, self.environment)
        self.trace += applied.logged
        answer = applied.answer
        if isinstance(answer, Done) and "messages" in call.headers:
            for one in json.loads(call.headers["messages"]):
                self.outbox.append(partial(self.send, one["name"], {}))
            self.outbox.append(partial(self._published, call.token, answer))
            return Later()
        if not isinstance(answer, Done) and applied.variables:
            self.outbox.append(partial(self._keep, call.token, applied))
        return answer

    def _published(self, token: UUID, answer: Done) -> None:
        instance = self._holder(token)
        if instance is not None:
            instance.case.complete_job(token, answer.variables, self)
            self._told(instance)

    def _keep(self, token: UUID, applied: Applied) -> None:
        """What was set before an incident stays set; what an error brought is its handler's."""
        instance = self._holder(token)
        if instance is not None and token in instance.incidents:
            self.change(instance, applied.variables)

    def _holder(self, token: UUID) -> Instance | None:
        return next((one for one in self.all if any(view.id == token for view in one.case.tokens)), None)

    # --- what the steps do ---

    def start(self, process: str, variables: Mapping[str, Value], element: str | None = None) -> Instance:
        instance = self._begin(self.processes[process], variables, element, None)
        self.instances.append(instance)
        self._told(instance)
        self.settle()
        return instance

    def _begin(
        self,
        spec: ProcessSpec,
        variables: Mapping[str, Value],
        element: str | None,
        caller: tuple[Instance, UUID] | None,
    ) -> Instance:
        case = Case.start(spec, variables=variables, host=self, start_element=element, called=caller is not None)
        instance = Instance(case, spec, caller)
        self.all.append(instance)
        return instance

    def open(self) -> list[tuple[Instance, UUID, str]]:
        """The open user and receive tasks, in the order in which they were opened."""
        found = []
        for instance in self.all:
            for view in instance.case.tokens:
                type_name = instance.spec.elements[view.element].type
                if (view.kind, type_name) in (("task", "userTask"), ("message", "receiveTask")):
                    order = instance.opened.get(view.id, 0)
                    found.append((order, instance, view.id, self.effects.written(view.element)))
        return [one[1:] for one in sorted(found, key=lambda one: one[0])]

    def complete(self, element: str, variables: Mapping[str, Value]) -> bool:
        """Completes the wait point that was opened first; one that a person may begin is begun before."""
        if not any(name == element for _, _, name in self.open()):
            self._choose(element)
        for instance, token, name in self.open():
            if name == element:
                self._complete(instance, token, variables)
                self.settle()
                return True
        return False

    def _complete(self, instance: Instance, token: UUID, variables: Mapping[str, Value]) -> None:
        """The variables are of the whole instance, and the answer that a loop may collect."""
        seen, known = instance.case.visible(token), instance.case.variables
        hidden = {
            name: value for name, value in variables.items() if name in seen and seen[name] is not known.get(name)
        }
        self.change(instance, hidden)
        view = next(view for view in instance.case.tokens if view.id == token)
        verb = instance.case.deliver if view.kind == "message" else instance.case.complete_task
        verb(token, variables, self)
        self._told(instance)

    def _choose(self, element: str) -> None:
        for instance in self.all:
            for choice in instance.case.choices:
                if element in choice.enabled:
                    instance.case.choose(choice.token, element, self)
                    self._told(instance)
                    self.settle()
                    return

    def change(self, instance: Instance, variables: Mapping[str, Value]) -> None:
        if variables:
            instance.case.set_variables(variables, self)
            self._told(instance)

    def send(self, name: str, variables: Mapping[str, Value], correlation: Mapping[str, Value] | None = None) -> bool:
        """A message for one receiver: who has waited longest, else a start event."""
        waiting = sorted(
            (
                (wait.order, instance, token)
                for instance in self.all
                for token, wait in instance.waits.items()
                if wait.name == f"message {name}"
            ),
            key=lambda found: found[0],
        )
        for _, instance, token in waiting:
            if all(instance.case.variables.get(key) == value for key, value in (correlation or {}).items()):
                instance.case.deliver(token, variables, self)
                self._told(instance)
                self.settle()
                return True
        return self._start_by("message", name, variables)

    def signal(self, name: str, variables: Mapping[str, Value], source: Instance | None = None) -> None:
        targets = [
            (instance, token) for instance in self.all if instance is not source
            for token, wait in instance.waits.items() if wait.name == f"signal {name}"
        ]  # fmt: skip
        begun = {(instance.spec.process_id, _element_of(instance, token)) for instance, token in targets}
        for instance, token in targets:
            try:
                instance.case.deliver(token, variables, self)
            except TokenGone:
                continue  # an earlier delivery of this very signal ended that wait
            self._told(instance)
        self._start_by("signal", name, variables, begun)
        self.settle()

    def _start_by(
        self, kind: str, name: str, variables: Mapping[str, Value], begun: Collection[tuple[str, str]] = ()
    ) -> bool:
        """Starts every process that begins so, but for starts that a case waits at for this very signal."""
        started = False
        for process_id, spec in self.processes.items():
            for start in spec.start_events:
                if (process_id, start.element) in begun:
                    continue
                if start.kind == kind and start.subscription_name(self.environment) == name:
                    self.start(process_id, variables, start.trigger)
                    started = True
                    if kind == "message":  # it has one receiver
                        return True
        return started

    def start_by_conditions(self, variables: Mapping[str, Value]) -> None:
        """Starts every process once for each of its start events whose condition is true."""
        for process_id, spec in self.processes.items():
            for start in spec.start_events:
                asked = start.kind == "conditional" and start.asks(variables)
                if asked and start.answer(variables, self.environment) is True:
                    self.start(process_id, variables, start.trigger)

    def advance(self, by: timedelta) -> None:
        """Time goes on, from one due timer to the next."""
        until = self.moment + by
        for _ in range(MOST):
            due = self._next_due(until)
            if due is None:
                self.moment = until
                return
            self.moment = max(self.moment, due[0])
            due[1]()
            self.settle()
        raise Endless(f"more than {MOST} timers fire in one step")

    def _next_due(self, until: datetime) -> tuple[datetime, Callable[[], object]] | None:
        found: list[tuple[datetime, int, Callable[[], object]]] = [
            (wait.due, wait.order, partial(self._fire, instance, token))
            for instance in self.all
            for token, wait in instance.waits.items()
            if wait.due is not None
        ]
        found += [(one.firing.due_at, one.order, partial(self._start_on_time, one)) for one in self.start_timers]
        moment, _, happening = min(found, key=lambda one: one[:2], default=(until, 0, None))
        return None if happening is None or moment > until else (moment, happening)

    def _fire(self, instance: Instance, token: UUID) -> None:
        del instance.waits[token]
        instance.case.fire_timer(token, self)
        self._told(instance)

    def _start_on_time(self, timer: StartTimer) -> None:
        self.start_timers.remove(timer)
        following = timer.start.firing(timer.anchor, self.environment, timer.firing)
        if following is not None:
            self.order += 1
            self.start_timers.append(StartTimer(self.order, timer.process, timer.start, timer.anchor, following))
        self.start(timer.process, {}, timer.start.trigger)

    def settle(self) -> None:
        """What was thrown is delivered; what waits no more is passed over."""
        for _ in range(MOST):
            if not self.outbox:
                return
            with suppress(TokenGone):
                self.outbox.pop(0)()
        raise Endless(f"more than {MOST} deliveries follow from one step")

    # --- facts ---

    def _told(self, instance: Instance) -> None:
        for fact in instance.case.take_facts():
            self._tell(instance, fact)
        if self.roundtrip:
            instance.case = Case.load(instance.spec, instance.case.dump())

    def _tell(self, instance: Instance, fact: Fact) -> None:
        self.order += 1
        if isinstance(fact, TimerSet):
            instance.waits[fact.token] = Wait(self.order, due=fact.due_at)
        elif isinstance(fact, SubscriptionOpened):
            instance.waits[fact.token] = Wait(self.order, f"{fact.kind} {fact.name}")
            instance.opened[fact.token] = self.order
        elif isinstance(fact, TaskOpened):
            instance.opened[fact.token] = self.order
        elif isinstance(fact, WaitDropped):
            instance.waits.pop(fact.token, None)
        elif isinstance(fact, SignalThrown):
            self.outbox.append(lambda: self.signal(fact.name, fact.variables, instance))
        elif isinstance(fact, IncidentRaised):
            instance.incidents[fact.token] = self.effects.written(fact.element)
        elif isinstance(fact, IncidentResolved):
            instance.incidents.pop(fact.token, None)
        elif isinstance(fact, StepBudgetSpent):
            self.outbox.append(lambda: self._resume(instance))
        else:
            self._tell_calls(instance, fact)

    def _resume(self, instance: Instance) -> None:
        instance.case.resume(self)
        self._told(instance)

    def _tell_calls(self, instance: Instance, fact: Fact) -> None:
        if isinstance(fact, CalledCase):
            spec = self.processes.get(fact.process_id)
            if spec is None:
                failed = Failed("resource", "process_missing", {}, fact.process_id)
                self.outbox.append(lambda: (instance.case.fail_job(fact.token, failed, self), self._told(instance)))
            else:
                self.outbox.append(lambda: self._call(instance, fact, spec))
        elif isinstance(fact, CalledCaseDropped):
            child = instance.called.pop(fact.token, None)
            if child is not None:
                child.caller = None
                child.case.cancel(self)
                self._told(child)
        elif isinstance(fact, ErrorEscaped) and instance.caller is not None:
            parent, token = instance.caller
            self.outbox.append(lambda: self._climb(parent, token, fact))
        elif isinstance(fact, EscalationEscaped) and instance.caller is not None:
            parent, token = instance.caller
            self.outbox.append(
                lambda: (
                    parent.case.escalate_call(token, fact.escalation_code, fact.variables, self),
                    self._told(parent),
                )
            )
        elif isinstance(fact, CaseEnded):
            instance.ended = True
            instance.waits.clear()
            if fact.state == "completed" and instance.caller is not None:
                parent, token = instance.caller
                parent.called.pop(token, None)
                self.outbox.append(lambda: self._return(parent, token, fact.variables))

    def _call(self, parent: Instance, fact: CalledCase, spec: ProcessSpec) -> None:
        parent.case.visible(fact.token)  # still calls, else TokenGone
        try:
            child = self._begin(spec, fact.variables, None, (parent, fact.token))
        except AmicaleError as refused:
            parent.case.fail_job(fact.token, Failed("resource", "process_unusable", {}, refused.message), self)
            self._told(parent)
            return
        parent.called[fact.token] = child
        self._told(child)

    def _return(self, parent: Instance, token: UUID, variables: Mapping[str, Value]) -> None:
        """A call is over. What the pack lets out is asked of the called process alone: names of the caller are null."""
        seen = parent.case.visible(token)
        element = parent.spec.elements[_element_of(parent, token)]
        hidden: dict[str, Value] = dict.fromkeys(seen) if element.outputs else {}
        parent.case.complete_call(token, {**hidden, **variables}, self)
        self._told(parent)

    def _climb(self, parent: Instance, token: UUID, fact: ErrorEscaped) -> None:
        parent.case.throw_error(token, fact.error_code, fact.message, fact.variables, self)
        self._told(parent)


def _element_of(instance: Instance, token: UUID) -> str:
    return next((view.element for view in instance.case.tokens if view.id == token), "")
