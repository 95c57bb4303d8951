"""The host of a case that is looked at, or moves between versions: it knows time and world, and does no work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from engine.bpmn.outcome import DecisionCall, Done, Failed, ServiceAnswer, ServiceCall
from engine.feel import Environment

__all__ = ["Onlooker"]


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Stands at one moment: what is evaluated for it counts from there. A case that only changes its place completes
    nothing, so nobody is asked to work or decide: who is asked has found a defect of the transfer, and says where."""

    environment: Environment
    moment: datetime

    @classmethod
    def at(cls, environment: Environment, moment: datetime) -> Onlooker:
        """What FEEL knows of the world, at this moment."""
        return cls(replace(environment, now=lambda: moment), moment)

    def now(self) -> datetime:
        return self.moment

    def serve(self, call: ServiceCall) -> ServiceAnswer:
        """Raises AssertionError."""
        raise AssertionError(f"{call.element} asked for work ({call.type}) while its case was moved or looked at")

    def decide(self, call: DecisionCall) -> Done | Failed:
        """Raises AssertionError."""
        raise AssertionError(f"a decision ({call.decision_id}) was asked for while its case was moved or looked at")
