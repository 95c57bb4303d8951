"""A host and a case in the hand: small real implementations for the tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.bpmn import Case, ProcessSpec
from engine.bpmn.outcome import (
    CaseEnded,
    DecisionCall,
    Done,
    ElementEntered,
    Fact,
    Failed,
    IncidentRaised,
    IncidentResolved,
    Later,
    ServiceAnswer,
    ServiceCall,
    StepBudgetSpent,
)
from engine.clock import VirtualClock
from engine.feel import Environment
from engine.feel.values import Value, from_python

PARIS = ZoneInfo("Europe/Paris")
Handler = Callable[[ServiceCall], ServiceAnswer]


@dataclass
class DeskHost:
    """A host of the tests: job types are handlers in a dictionary, the others are done at once with nothing."""

    handlers: dict[str, Handler] = field(default_factory=dict)
    decisions: dict[str, Mapping[str, Value]] = field(default_factory=dict)
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(datetime(2026, 11, 23, 9, tzinfo=UTC)))
    calls: list[ServiceCall] = field(default_factory=list)

    @property
    def environment(self) -> Environment:
        return Environment(self.clock.now, PARIS)

    def now(self) -> datetime:
        return self.clock.now()

    def serve(self, call: ServiceCall) -> ServiceAnswer:
        self.calls.append(call)
        handler = self.handlers.get(call.type)
        return Done({}) if handler is None else handler(call)

    def decide(self, call: DecisionCall) -> Done | Failed:
        found = self.decisions.get(call.decision_id)
        if found is None:
            return Failed("decision", "decision_missing", {"id": call.decision_id}, "no such decision")
        return Done(found)


def values(**variables: object) -> dict[str, Value]:
    """FEEL values of Python ones."""
    return {name: from_python(value) for name, value in variables.items()}


def later(_call: ServiceCall) -> ServiceAnswer:
    """A handler that promises the work."""
    return Later()


class Play:
    """A case with its host and everything it told, addressed by element ids."""

    def __init__(
        self, spec: ProcessSpec, host: DeskHost | None = None, *, start: str | None = None, called: bool = False,
        compact: bool = True, stored: bool = False, **variables: object,
    ) -> None:  # fmt: skip
        self.spec = spec
        self.host = host or DeskHost()
        self.stored = stored
        self.facts: list[Fact] = []
        self.case = Case.start(
            spec, variables=values(**variables), host=self.host, start_element=start, called=called, compact=compact
        )
        self._after()

    @classmethod
    def holding(cls, spec: ProcessSpec, case: Case, host: DeskHost) -> Play:
        """A case that was begun elsewhere; what it told before is not known here."""
        play = cls.__new__(cls)
        play.spec, play.case, play.host, play.stored, play.facts = spec, case, host, False, []
        return play

    def _after(self) -> None:
        new = self.case.take_facts()
        self.facts += new
        if self.stored:
            self.case = Case.load(self.spec, self.case.dump())
        if any(isinstance(fact, StepBudgetSpent) for fact in new):
            self.case.resume(self.host)
            self._after()

    # --- looking ------------------------------------------------------------------------------------------------------

    def waiting(self, *kinds: str) -> list[str]:
        """The elements that wait, sorted; all kinds, or some."""
        return sorted(t.element for t in self.case.tokens if t.kind and (not kinds or t.kind in kinds))

    def open(self) -> list[str]:
        """The open user tasks, sorted."""
        return self.waiting("task")

    def token(self, element: str, *kinds: str) -> UUID:
        """The token that has waited longest at an element."""
        for view in self.case.tokens:
            if view.element == element and view.kind and (not kinds or view.kind in kinds):
                return view.id
        raise LookupError(f"nothing waits at {element}; waiting: {self.waiting()}")

    def entered(self) -> list[str]:
        """Every element that was entered, in order."""
        return [fact.element for fact in self.facts if isinstance(fact, ElementEntered)]

    def of(self, kind: type[Fact]) -> list[Fact]:  # type: ignore[valid-type]
        """The facts of one kind."""
        return [fact for fact in self.facts if isinstance(fact, kind)]  # type: ignore[arg-type]

    def incidents(self) -> list[tuple[str, str]]:
        """Open incidents: element and code."""
        found = {f.token: (f.element, f.code) for f in self.facts if isinstance(f, IncidentRaised)}
        for fact in self.facts:
            if isinstance(fact, IncidentResolved) and not any(
                view.id == fact.token and view.kind == "incident" for view in self.case.tokens
            ):
                found.pop(fact.token, None)
        return sorted(found.values())

    @property
    def ended(self) -> bool:
        return any(isinstance(fact, CaseEnded) for fact in self.facts)

    @property
    def variables(self) -> Mapping[str, Value]:
        return self.case.variables

    # --- doing --------------------------------------------------------------------------------------------------------

    def complete(self, element: str, **variables: object) -> Play:
        self.case.complete_task(self.token(element, "task"), values(**variables), self.host)
        self._after()
        return self

    def deliver(self, element: str, **variables: object) -> Play:
        self.case.deliver(self.token(element, "message", "signal"), values(**variables), self.host)
        self._after()
        return self

    def fire(self, element: str) -> Play:
        self.case.fire_timer(self.token(element, "timer"), self.host)
        self._after()
        return self

    def finish_job(self, element: str, **variables: object) -> Play:
        self.case.complete_job(self.token(element, "job"), values(**variables), self.host)
        self._after()
        return self

    def finish_call(self, element: str, **variables: object) -> Play:
        self.case.complete_call(self.token(element, "call"), values(**variables), self.host)
        self._after()
        return self

    def throw(self, element: str, code: str, **variables: object) -> bool:
        caught = self.case.throw_error(self.token(element, "job", "call"), code, "", values(**variables), self.host)
        self._after()
        return caught

    def retry(self, element: str) -> Play:
        self.case.retry(self.token(element, "incident"), self.host)
        self._after()
        return self

    def set(self, **variables: object) -> Play:
        self.case.set_variables(values(**variables), self.host)
        self._after()
        return self

    def cancel(self) -> Play:
        self.case.cancel(self.host)
        self._after()
        return self

    def advance(self, by: timedelta) -> Play:
        self.host.clock.advance(by)
        return self
