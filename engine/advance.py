"""Ends a step: facts become rows, rows are written, and the steps of other cases that follow are taken."""

from __future__ import annotations

from engine.facts import HANDLERS
from engine.step import Step
from engine.stuck import close_ended

__all__ = ["advance"]


def advance(step: Step) -> None:
    """Writes what the case did. Called cases that start or end by it move in the same transaction where they can."""
    step.moving += 1
    settle(step)
    step.write()
    if step.instance.incidents:
        close_ended(step)
    while step.follow_ups:
        other = step.follow_ups.pop(0)()
        if other is not None:
            advance(other)
    step.moving -= 1


def settle(step: Step) -> None:
    """Turns facts into rows until the case has nothing more to tell: a fact may make the case go on at once."""
    while facts := step.case.take_facts():
        for fact in facts:
            HANDLERS[type(fact)](step, fact)
