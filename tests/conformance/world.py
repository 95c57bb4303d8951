"""A small world of cases for the conformance runner: several instances, their timers, messages, signals and calls."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.bpmn import Case, ProcessSpec, TokenGone
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
    ServiceAnswer,
    ServiceCall,
    SignalThrown,
    StepBudgetSpent,
    SubscriptionOpened,
    Thrown,
    TimerSet,
    WaitDropped,
)
from engine.feel import Environment, compile_expression
from engine.feel.values import Value
from tests.conformance.plain_bpmn import PUBLISH

__all__ = ["Instance", "World"]


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
    incidents: dict[UUID, str] = field(default_factory=dict)
    called: dict[UUID, Instance] = field(default_factory=dict)
    ended: bool = False


class World:
    """Instances of the deployed processes; implements the host of the engine."""

    def __init__(
        self, processes: Mapping[str, ProcessSpec], effect: Callable[[str], Any], messages: Callable[[str], list[str]],
        *, roundtrip: bool = False,
    ) -> None:  # fmt: skip
        self.processes = processes
        self.effect, self.messages_of = effect, messages
        self.roundtrip = roundtrip
        self.moment = datetime(2030, 1, 1, tzinfo=UTC)
        self.instances: list[Instance] = []
        self.all: list[Instance] = []
        self.trace: list[str] = []
        self.order = 0
        self.outbox: list[Callable[[], object]] = []

    # --- the host ---

    @property
    def environment(self) -> Environment:
        return Environment(self.now, ZoneInfo("UTC"))

    def now(self) -> datetime:
        return self.moment

    def decide(self, call: DecisionCall) -> Done | Failed:
        return Failed("decision", "decision_missing", {}, call.decision_id)

    def serve(self, call: ServiceCall) -> ServiceAnswer:
        answer = self._apply(call)
        if call.type == PUBLISH and isinstance(answer, Done):
            for name in self.messages_of(call.element):
                self.outbox.append(partial(self.send, name, {}))
        return answer

    def _apply(self, call: ServiceCall) -> ServiceAnswer:
        sight = dict(call.variables)
        result: dict[str, Value] = {}
        effects = self.effect(call.element)
        for effect in effects if isinstance(effects, list) else [effects]:
            if "when" in effect and self._feel(effect["when"], sight) is not True:
                continue
            for name, text in effect.get("set", {}).items():
                result[name] = sight[name] = self._feel(text, sight)
            if "log" in effect:
                self.trace.append(effect["log"])
            if "error" in effect:
                return Thrown(effect["error"], "", result)
            if effect.get("fail"):
                return Failed("job", "failed", {}, "failed")
        return Done(result)

    def _feel(self, text: str, sight: Mapping[str, Value]) -> Value:
        return compile_expression(text, names=list(sight)).evaluate(sight, self.environment).value

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
        """The open user and receive tasks, oldest first."""
        found = []
        for instance in self.all:
            for view in instance.case.tokens:
                type_name = instance.spec.elements[view.element].type
                if (view.kind, type_name) in (("task", "userTask"), ("message", "receiveTask")):
                    found.append((instance, view.id, view.element))
        return found

    def complete(self, element: str, variables: Mapping[str, Value]) -> bool:
        """Completes the wait point that was opened first; one that a person may begin is begun before."""
        if not any(name == element for _, _, name in self.open()):
            self._choose(element)
        for instance, token, name in self.open():
            if name == element:
                self.change(instance, variables)
                receives = instance.spec.elements[name].type == "receiveTask"
                verb = instance.case.deliver if receives else instance.case.complete_task
                verb(token, variables, self)  # of the whole instance, and the answer that a loop may collect
                self._told(instance)
                self.settle()
                return True
        return False

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
        return started

    def advance(self, by: timedelta) -> None:
        until = self.moment + by
        while due := sorted(
            ((wait.due, wait.order, instance, token) for instance in self.all for token, wait in instance.waits.items()
             if wait.due is not None and wait.due <= until),
            key=lambda found: found[:2],
        ):  # fmt: skip
            moment, _, instance, token = due[0]
            self.moment = max(self.moment, moment)
            del instance.waits[token]
            instance.case.fire_timer(token, self)
            self._told(instance)
            self.settle()
        self.moment = until

    def settle(self) -> None:
        """What was thrown is delivered."""
        while self.outbox:
            self.outbox.pop(0)()

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
        elif isinstance(fact, WaitDropped):
            instance.waits.pop(fact.token, None)
        elif isinstance(fact, SignalThrown):
            self.outbox.append(lambda: self.signal(fact.name, fact.variables, instance))
        elif isinstance(fact, IncidentRaised):
            instance.incidents[fact.token] = fact.element
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
                self.outbox.append(lambda: (parent.case.complete_call(token, fact.variables, self), self._told(parent)))

    def _call(self, parent: Instance, fact: CalledCase, spec: ProcessSpec) -> None:
        child = self._begin(spec, fact.variables, None, (parent, fact.token))
        parent.called[fact.token] = child
        self._told(child)

    def _climb(self, parent: Instance, token: UUID, fact: ErrorEscaped) -> None:
        parent.case.throw_error(token, fact.error_code, fact.message, fact.variables, self)
        self._told(parent)


def _element_of(instance: Instance, token: UUID) -> str:
    return next((view.element for view in instance.case.tokens if view.id == token), "")
