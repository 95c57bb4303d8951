"""Conditional start events: asked over given variables, each that is true begins a case; filters; later versions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import commands
from engine.audit.starts import audit_starts
from engine.conditions import Evaluated
from engine.errors import InvalidVariable, NotFound, Refused, RequestKeyReused
from engine.transaction import transaction
from tests.fixtures.diagrams import end, exclusive, message, process, reference, start, user_task
from tests.fixtures.engines import ADMIN, CLERK, Bench


def condition(text: str, watched: str = "") -> str:
    setting = f'<extensionElements><zeebe:conditionalFilter variableNames="{watched}"/></extensionElements>'
    return (
        f"<conditionalEventDefinition>{setting if watched else ''}"
        f"<condition>={text}</condition></conditionalEventDefinition>"
    )


def begun_by(process_id: str, *conditions: str, task: str = "look") -> bytes:
    """A process with one start event for each condition."""
    starts = [f"start_{number}" for number in range(len(conditions))]
    elements = [start(name, text) for name, text in zip(starts, conditions, strict=True)]
    flows = [*(f"{name} -> meet" for name in starts), f"meet -> {task}", f"{task} -> done"]
    return process(process_id, [*elements, exclusive("meet"), user_task(task), end()], flows)


def evaluate(
    it: Bench, process_id: str | None = None, *, key: str | None = None, may: Callable[[str], bool] | None = None,
    **variables: object,
) -> tuple[Evaluated, ...]:  # fmt: skip
    with transaction(it.engine) as session:
        return commands.evaluate_conditions(
            session, it.engine, variables, by=CLERK, process_id=process_id, may_start=may, request_key=key
        )


def test_each_start_whose_condition_is_true_begins_a_case(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(
        begun_by("alarm", condition("level &gt; 3"), condition("level &gt; 8"), condition("level = null")),
        begun_by("notice", condition("level &gt; 3")),
    )
    done = evaluate(it, level=5)
    assert [(one.process_id, one.element, one.answer) for one in done] == [
        ("alarm", "start_0", True), ("alarm", "start_1", False), ("alarm", "start_2", False),
        ("notice", "start_0", True),
    ]  # fmt: skip
    (alarm,), (notice,) = it.cases("alarm"), it.cases("notice")
    assert [one.instance_id for one in done] == [alarm.id, None, None, notice.id]
    assert (it.variables(alarm.id), list(it.open(alarm.id))) == ({"level": 5}, ["look"])
    assert len([one for one in evaluate(it, level=9) if one.instance_id]) == 3
    assert len(it.cases("alarm")) == 3


def test_the_history_says_where_and_by_whom_a_case_began(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(begun_by("alarm", condition("level &gt; 3")))
    (done,) = evaluate(it, level=4)
    assert done.instance_id is not None
    (first, *_) = it.history(done.instance_id)
    assert (first.kind, first.element, first.data) == ("case_started", "start_0", {"variables": {"level": {"n": "4"}}})
    assert it.case(done.instance_id).started_by == CLERK.id


def test_what_is_neither_true_nor_false_begins_nothing_and_is_said(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(begun_by("alarm", condition("level &gt; 3"), condition("level + 1")))
    assert [(one.answer, one.instance_id) for one in evaluate(it, other=1)] == [(None, None), (None, None)]
    assert it.cases("alarm") == []


def test_a_start_that_watches_variables_is_asked_where_one_of_them_is_given(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(begun_by("alarm", condition("true", "level, place"), condition("true")))
    assert [one.element for one in evaluate(it, other=1)] == ["start_1"]
    assert [one.element for one in evaluate(it, place="hall")] == ["start_0", "start_1"]


def test_the_starts_of_a_later_version_take_the_place_of_the_former(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(begun_by("alarm", condition("level &gt; 3")))
    it.deploy(begun_by("alarm", condition("level &gt; 8"), task="run"))
    assert [one.answer for one in evaluate(it, level=5)] == [False]
    evaluate(it, level=9)
    assert [list(it.open(case.id)) for case in it.cases("alarm")] == [["run"]]
    assert list(audit_starts(it.engine, repair=True)) == []
    evaluate(it, level=9)
    assert len(it.cases("alarm")) == 2  # the audit has left them as they are
    it.deploy(process("alarm", [start(), user_task("look"), end()], ["begin -> look", "look -> done"]))
    assert evaluate(it, level=9) == ()


def test_one_process_is_asked_alone(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(begun_by("alarm", condition("true")), begun_by("notice", condition("true")))
    assert [one.process_id for one in evaluate(it, "notice")] == ["notice"]
    with pytest.raises(NotFound):
        evaluate(it, "nothing")


def test_nothing_begins_where_one_of_them_may_not_be_started(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(begun_by("alarm", condition("level &gt; 3")), begun_by("notice", condition("level &gt; 8")))

    def may(process_id: str) -> bool:
        return process_id == "alarm"

    assert [one.answer for one in evaluate(it, may=may, level=5)] == [True, False]
    with pytest.raises(Refused):
        evaluate(it, may=may, level=9)
    assert len(it.cases("alarm")) == 1


def test_a_repeated_request_is_answered_as_before(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(begun_by("alarm", condition("level &gt; 3"), condition("level &gt; 8")))
    first = evaluate(it, key="k1", level=5)
    assert evaluate(it, key="k1", level=5) == first
    assert len(it.cases("alarm")) == 1
    with pytest.raises(RequestKeyReused):
        evaluate(it, "alarm", key="k1", level=5)
    with pytest.raises(InvalidVariable):
        evaluate(it, **{"a b": 1})


def test_a_condition_is_one_of_several_events_that_begin_a_case(bench: Callable[..., Bench]) -> None:
    it = bench()
    both = start("begin", reference("message", "m1") + condition("level &gt; 3"))
    it.deploy(process("both", [both, user_task("look"), end()], ["begin -> look", "look -> done"],
                      top=[message("m1", "alarm")]))  # fmt: skip
    (done,) = evaluate(it, level=4)
    assert (done.element, done.answer, len(it.cases("both"))) == ("begin", True, 1)
    with transaction(it.engine) as session:
        sent = commands.correlate_message(session, it.engine, "alarm", "", {}, source="desk", by=ADMIN)
    assert len(sent.started) == 1
