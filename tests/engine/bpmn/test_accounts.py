"""What a case tells is what it is: its facts, read from the first on, give the tokens, tasks, waits and incidents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from engine.bpmn import Case, TokenView
from engine.bpmn.outcome import (
    CaseEnded,
    ElementEntered,
    ElementLeft,
    Fact,
    IncidentRaised,
    IncidentResolved,
    SubscriptionOpened,
    TaskClosed,
    TaskOpened,
    TimerSet,
    WaitDropped,
)
from tests.engine.bpmn.growing import seeded
from tests.engine.bpmn.play import Play
from tests.engine.bpmn.schedules import move, schedule, started

SOME = 60
JOINS = ("parallelGateway", "inclusiveGateway", "complexGateway")
WAITS = ("timer", "message", "signal")


@dataclass
class Account:
    """Who keeps rows for a case, and knows nothing of it but what it tells."""

    inside: set[UUID] = field(default_factory=set)
    tasks: set[UUID] = field(default_factory=set)
    waits: set[UUID] = field(default_factory=set)
    incidents: set[UUID] = field(default_factory=set)
    is_over: bool = False

    def take(self, fact: Fact) -> None:
        """Notes one fact. KeyError for one that ends what never began."""
        match fact:
            case ElementEntered():
                assert fact.token not in self.inside
                self.inside.add(fact.token)
            case ElementLeft():
                self.inside.remove(fact.token)
            case TaskOpened():
                self.tasks.add(fact.token)
            case TaskClosed():
                self.tasks.remove(fact.token)
            case TimerSet() | SubscriptionOpened():
                self.waits.add(fact.token)
            case WaitDropped():
                self.waits.discard(fact.token)
            case IncidentRaised():
                self.incidents.add(fact.token)
            case IncidentResolved():
                self.incidents.discard(fact.token)
            case CaseEnded():
                self.is_over = True


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> set[UUID]:
    """The waits that were answered from outside: whoever answers one knows that it is over."""
    tokens: set[UUID] = set()

    def noting(answer: Callable[..., Any]) -> Callable[..., Any]:
        def noted(case: Case, token: UUID, *rest: Any) -> Any:
            tokens.add(token)
            return answer(case, token, *rest)

        return noted

    for verb in (Case.fire_timer, Case.deliver):
        monkeypatch.setattr(Case, verb.__name__, noting(verb))
    return tokens


def test_the_facts_account_for_the_state(answered: set[UUID]) -> None:
    for seed in range(SOME):
        moves = schedule(seed)
        play, account, read = started(seeded(seed), moves[0]), Account(), 0
        for choice in moves[1:]:
            for fact in play.facts[read:]:
                account.take(fact)
            read = len(play.facts)
            _same(play, account, answered, seed)
            move(play, choice)


def _same(play: Play, account: Account, answered: set[UUID], seed: int) -> None:
    views = play.case.tokens
    # A token that a join holds back has not entered it; a scope whose work is undone is not entered again.
    inside = {view.id for view in views if view.kind and not view.listening and not _joins(play, view)}
    assert inside <= account.inside <= {view.id for view in views}, seed
    assert {view.id for view in views if view.kind == "task"} == account.tasks, seed
    assert account.waits - answered <= {view.id for view in views if view.kind in WAITS} <= account.waits, seed
    assert {view.id for view in views if view.kind == "incident"} == account.incidents, seed
    assert not (account.is_over and views), seed


def _joins(play: Play, view: TokenView) -> bool:
    return play.spec.elements[view.element].type in JOINS
