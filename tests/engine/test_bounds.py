"""Texts that no column holds: an incident at the element, a finding at deployment, a refusal outside; never a 500."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from engine import commands
from engine.bounds import fault_of, fitting, storable
from engine.errors import DeploymentRefused, Invalid, NotFound, TextRefused
from engine.inbox import Filters, inbox, queue, search
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import (
    ONE_TASK,
    boundary,
    call,
    catch,
    end,
    message,
    process,
    reference,
    service,
    start,
    timer,
    user_task,
)
from tests.fixtures.engines import ADMIN, CLERK, Bench

LONG = "x" * 1_000
HALF = '"\\ud800"'  # JSON that FEEL's `from json` reads as half a character
NUL = '"\\u0000"'


def assigned(attribute: str) -> str:
    return f'<zeebe:assignmentDefinition {attribute}="=from json(k)"/>'


AT_ELEMENTS = {
    "assignee": user_task("look", groups="", extra=assigned("assignee")),
    "candidate": user_task("look", groups="", extra=assigned("candidateGroups")),
    "person": user_task("look", groups="", extra=assigned("candidateUsers")),
    "form": user_task("look", extra='<zeebe:formDefinition formId="=from json(k)"/>'),
    "type": service("look", "=from json(k)"),
    "key": catch("look", reference("message", "m")),
    "called": '<callActivity id="look"><extensionElements><zeebe:calledElement processId="=from json(k)"/>'
    "</extensionElements></callActivity>",
}


@pytest.mark.parametrize("text", [HALF, NUL, f'"{LONG}"'], ids=["half", "nul", "long"])
@pytest.mark.parametrize("place", sorted(AT_ELEMENTS))
def test_a_text_of_the_diagram_that_cannot_be_stored_is_an_incident(
    bench: Callable[..., Bench], place: str, text: str
) -> None:
    it = bench()
    it.deploy(
        process(
            "p", [start(), user_task("ask"), AT_ELEMENTS[place], end()],
            ["begin -> ask", "ask -> look", "look -> done"], top=[message("m", "go", "from json(k)")],
        )
    )  # fmt: skip
    case = it.start("p", {"k": '"good"'})
    it.do(case, "ask", {"k": text})
    (incident,) = it.incidents()
    assert (incident.element, incident.code in ("text_too_long", "text_not_storable")) == ("look", True)
    assert LONG not in incident.message
    with transaction(it.engine) as session:
        commands.retry_incident(session, it.engine, incident.id, by=ADMIN, variables={"k": '"good"'})
    assert [each.code for each in it.incidents() if each.code.startswith("text_")] == []
    with transaction(it.engine) as session:
        commands.cancel(session, it.engine, case, by=ADMIN)


def test_a_boundary_whose_key_cannot_be_stored_keeps_its_activity_from_beginning(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(
        process(
            "p", [start(), user_task("look"), end(), boundary("gone", "look", reference("message", "m"))],
            ["begin -> look", "look -> done", "gone -> done"], top=[message("m", "go", "k")],
        )
    )  # fmt: skip
    case = it.start("p", {"k": LONG})
    assert ([each.element for each in it.incidents()], it.open(case), it.waits()) == (["look"], {}, [])
    with transaction(it.engine) as session:
        commands.retry_incident(session, it.engine, it.incidents()[0].id, by=ADMIN, variables={"k": "short"})
    assert (list(it.open(case)), [each.key for each in it.waits()]) == (["look"], ["short"])


def test_candidates_named_twice_are_one(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(
        process(
            "p", [start(), user_task("look", groups="MEMBERSHIP,FINANCE,FINANCE,MEMBERSHIP"), end()],
            ["begin -> look", "look -> done"],
        )
    )  # fmt: skip
    case = it.start("p")
    with reading(it.engine) as session:
        (row,) = queue(session, CLERK)
    assert list(row.candidates) == ["MEMBERSHIP", "FINANCE"]
    assert it.do(case, "look").ended


@pytest.mark.parametrize(
    ("diagram", "code"),
    [
        (ONE_TASK.replace(b'name="one_task"', b'name="' + b"x" * 500 + b'"'), "text_too_long"),
        (ONE_TASK.replace(b'name="check"', b'name="' + b"x" * 500 + b'"'), "text_too_long"),
        (ONE_TASK.replace(b"MEMBERSHIP", b"M" * 70), "text_too_long"),
        (process("p" * 201, [start(), end()], ["begin -> done"]), "id_bad"),
        (process("p", [start(), service("s", "t" * 201), end()], ["begin -> s", "s -> done"]), "text_too_long"),
        (
            process("p", [start(inside=reference("message", "m")), end()], ["begin -> done"],
                    top=[message("m", "=missing")]),
            "start_refused",
        ),
        (
            process("p", [start(inside=timer("cycle", "=&quot;often&quot;")), end()], ["begin -> done"]),
            "start_refused",
        ),
    ],
    ids=["process", "task", "role", "id", "type", "start name", "start timer"],
)  # fmt: skip
def test_what_a_column_cannot_hold_is_a_finding(bench: Callable[..., Bench], diagram: bytes, code: str) -> None:
    it = bench()
    with pytest.raises(DeploymentRefused) as refused:
        it.deploy(diagram)
    assert code in [finding.code for finding in refused.value.findings]
    assert all(len(finding.message) < 400 for finding in refused.value.findings)


@pytest.mark.parametrize("name", ["x" * 201 + ".form", "a\0.form", "a\ud800.form"], ids=["long", "nul", "half"])
def test_names_of_files_are_measured(bench: Callable[..., Bench], name: str) -> None:
    it = bench()
    with pytest.raises(DeploymentRefused), transaction(it.engine) as session:
        commands.deploy(session, it.engine, {name: b'{"id": "f"}'}, by=ADMIN)


def test_a_start_timer_may_be_an_expression(bench: Callable[..., Bench]) -> None:
    it = bench()
    timer_text = "=cycle(2, duration(&quot;P1D&quot;))"
    it.deploy(process("p", [start(inside=timer("cycle", timer_text)), end()], ["begin -> done"]))
    it.later(timedelta(days=1, minutes=1))
    it.later(timedelta(days=1))
    assert [each.status for each in it.cases("p")] == ["completed", "completed"]


@pytest.mark.parametrize("text", [LONG, "a\0b", "a\ud800b"], ids=["long", "nul", "half"])
def test_what_comes_from_outside_is_refused(bench: Callable[..., Bench], text: str) -> None:
    it = bench()
    it.deploy(ONE_TASK)
    case = it.start("one_task")
    task = it.open(case)["check"]
    engine, source = it.engine, "test"
    verbs: list[Callable[..., object]] = [
        lambda s: commands.complete(s, engine, task, by=CLERK, request_key=text),
        lambda s: commands.start(s, engine, "one_task", by=CLERK, request_key=text),
        lambda s: commands.start(s, engine, "one_task", by=CLERK, business_key=text),
        lambda s: commands.assign(s, engine, task, by=CLERK, to=text),
        lambda s: commands.correlate_message(s, engine, text, "k", source=source, by=CLERK),
        lambda s: commands.correlate_message(s, engine, "n", text, source=source, by=CLERK),
        lambda s: commands.correlate_message(s, engine, "n", "k", source=text, by=CLERK),
        lambda s: commands.correlate_message(s, engine, "n", "k", source=source, message_id=text, by=CLERK),
        lambda s: commands.broadcast_signal(s, engine, text),
    ]
    for verb in verbs:
        with pytest.raises(TextRefused) as refused, transaction(engine) as session:
            verb(session)
        assert isinstance(refused.value, Invalid)
        assert text not in refused.value.message
    with pytest.raises(NotFound), transaction(engine) as session:
        commands.start(session, engine, text, by=CLERK)
    with reading(engine) as session:
        assert inbox(session, CLERK, Filters(text=text)) == search(session, CLERK, text) == []
    assert it.complete(task).ended


def test_a_due_date_that_has_no_utc_is_an_incident(bench: Callable[..., Bench]) -> None:
    it = bench()
    due = '<zeebe:taskSchedule dueDate="=d"/>'
    it.deploy(process("p", [start(), user_task("look", extra=due), end()], ["begin -> look", "look -> done"]))
    it.start("p", {"d": "0001-01-01T00:00:00+14:00"})
    assert [(each.element, each.code) for each in it.incidents()] == [("look", "not_a_time")]


def test_a_call_of_a_process_without_a_plain_start_is_an_incident(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(
        process("kid", [start(inside=reference("message", "m")), end()], ["begin -> done"], top=[message("m", "go")]),
        process("p", [start(), user_task("ask"), call("sub", "kid"), end()],
                ["begin -> ask", "ask -> sub", "sub -> done"]),
    )  # fmt: skip
    case = it.start("p")
    it.do(case, "ask")
    assert [(each.element, each.code) for each in it.incidents()] == [("sub", "process_unusable")]


def test_titles_are_cut_and_mended() -> None:
    assert (fitting("a\0b\ud800c"), fitting("abc", 2), fitting("é")) == ("a\ufffdb\ufffdc", "ab", "é")
    assert storable(fitting(f"{uuid4()}\udfff"))
    assert (fault_of("é" * 3, 3), fault_of("abcd", 3), fault_of("\0", 3)) == (
        None,
        "text_too_long",
        "text_not_storable",
    )
