"""Ad-hoc sub-processes of stored cases: what may be chosen, by whom it was, and that a request is done once."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from engine import commands
from engine.bpmn.errors import NotEnabled, TokenGone
from engine.choosing import open_choices
from engine.errors import CaseSuspended
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import end, process, start, user_task
from tests.fixtures.engines import CLERK, Bench

PART = f'<adHocSubProcess id="prepare">{user_task("book")}{user_task("print")}'
UNTIL = "<completionCondition>ready</completionCondition></adHocSubProcess>"
EVENING = process("evening", [start(), PART + UNTIL, end()], ["begin -> prepare", "prepare -> done"])


def _choices(it: Bench, case: UUID) -> list[tuple[UUID, tuple[str, ...]]]:
    with reading(it.engine) as session:
        return [(one.token, one.enabled) for one in open_choices(session, it.engine, case)]


def _choose(it: Bench, case: UUID, element: str, key: str | None = None) -> None:
    with transaction(it.engine) as session:
        token = open_choices(session, it.engine, case)[0].token
        commands.choose(session, it.engine, case, token, element, by=CLERK, request_key=key)


def test_a_person_chooses_and_each_request_is_done_once(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(EVENING)
    case = it.start("evening", {"ready": False})
    assert [enabled for _, enabled in _choices(it, case)] == [("book", "print")]
    _choose(it, case, "print", "once-and-only-once")
    _choose(it, case, "print", "once-and-only-once")
    assert list(it.open(case)) == ["print"]
    it.do(case, "print", {"ready": True})
    assert it.case(case).status == "completed"
    assert _choices(it, case) == []
    told = [(event.kind, event.element, event.by) for event in it.history(case) if event.kind == "activity_chosen"]
    assert told == [("activity_chosen", "print", CLERK.id)]


def test_nothing_more_is_needed(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(EVENING)
    case = it.start("evening", {"ready": False})
    ((token, _),) = _choices(it, case)
    with transaction(it.engine) as session:
        commands.close_choice(session, it.engine, case, token, by=CLERK)
    assert it.case(case).status == "completed"
    assert "choice_closed" in [event.kind for event in it.history(case)]


def test_what_cannot_be_chosen_is_refused(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(EVENING)
    case, other = it.start("evening", {"ready": False}), it.start("evening", {"ready": False})
    ((token, _),) = _choices(it, other)
    with pytest.raises(NotEnabled), transaction(it.engine) as session:
        commands.choose(session, it.engine, other, token, "done", by=CLERK)
    with pytest.raises(TokenGone), transaction(it.engine) as session:
        commands.choose(session, it.engine, case, token, "book", by=CLERK)
    with transaction(it.engine) as session:
        commands.suspend(session, it.engine, other, by=CLERK)
    assert _choices(it, other) == []
    with pytest.raises(CaseSuspended), transaction(it.engine) as session:
        commands.choose(session, it.engine, other, token, "book", by=CLERK)


def test_a_process_without_any_asks_nothing(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(process("plain", [start(), user_task("ask"), end()], ["begin -> ask", "ask -> done"]))
    assert _choices(it, it.start("plain")) == []
