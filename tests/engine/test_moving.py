"""A case that is taken elsewhere, begun anew at an element, or let pass over what stands still."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from engine import commands
from engine.audit import audit_cases
from engine.bpmn import TokenGone
from engine.bpmn.errors import NoPlaceToGoOn, NotMovable, NotSkippable
from engine.errors import AmicaleError, CaseSuspended
from engine.moving import Standing, standing
from engine.registry import ServiceWork
from engine.transaction import reading, transaction
from tests.engine.test_midway import FORKED, LADDER
from tests.fixtures.diagrams import call, end, exclusive, flow, process, service, start, user_task
from tests.fixtures.engines import ADMIN, Bench

NESTED = process(
    "nested",
    [
        start(),
        '<subProcess id="inside">', start("in"), user_task("ask"), user_task("ask_again"), end("out"),
        *(flow(text, number) for number, text in enumerate(
            ["in -> ask", "ask -> ask_again", "ask_again -> out"], 11)),
        "</subProcess>",
        user_task("after"),
        end(),
    ],
    ["begin -> inside", "inside -> after", "after -> done"],
)  # fmt: skip


def look(it: Bench, case: UUID, *chosen: UUID) -> Standing:
    with reading(it.engine) as session:
        return standing(session, it.engine, it.case(case), chosen)


def move(it: Bench, case: UUID, element: str, *tokens: UUID, key: str | None = None) -> None:
    with transaction(it.engine) as session:
        commands.move_tokens(
            session, it.engine, case, element, by=ADMIN, tokens=tokens, reason="asked twice", request_key=key
        )


def at(it: Bench, case: UUID, element: str) -> UUID:
    return next(token.id for token in look(it, case).tokens if token.element == element)


def test_a_case_goes_back_to_an_element_and_on_from_there(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(LADDER)
    case = it.start("ladder")
    it.do(case, "first")
    assert len(it.jobs()) == 1  # the timer at the second
    assert set(look(it, case).places) == {"first", "second", "third", "done", "gave_up"}
    move(it, case, "first", key="once-0123456789abcdef")
    move(it, case, "first", key="once-0123456789abcdef")
    assert (set(it.open(case)), it.jobs()) == ({"first"}, [])
    told = [event for event in it.history(case) if event.kind == "token_moved"]
    assert [(one.element, one.by, one.data) for one in told] == [
        ("first", ADMIN.id, {"from": ["second"], "reason": "asked twice"})
    ]
    for element in ("first", "second", "third"):
        it.do(case, element)
    assert it.case(case).status == "completed"
    assert list(audit_cases(it.engine, repair=False)) == []


def test_what_would_leave_a_gateway_waiting_for_ever_is_not_offered(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(FORKED)
    case = it.start("forked")
    left, right = at(it, case, "left_side"), at(it, case, "right_side")
    assert set(look(it, case, left).places) == {"left_side", "split"}
    assert "done" in look(it, case, left, right).places
    with pytest.raises(NoPlaceToGoOn):
        move(it, case, "done", left)
    it.do(case, "right_side")  # it waits at the join now
    waits = at(it, case, "join")
    assert set(look(it, case, waits).places) == {"split", "right_side"}
    move(it, case, "right_side", waits)
    assert set(it.open(case)) == {"left_side", "right_side"}
    move(it, case, "done")
    assert it.case(case).status == "completed"
    assert list(audit_cases(it.engine, repair=False)) == []


def test_inside_of_a_sub_process_a_token_stays_inside(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(NESTED)
    case = it.start("nested")
    inner = at(it, case, "ask")
    assert set(look(it, case, inner).places) == {"ask", "ask_again", "out"}
    move(it, case, "ask_again", inner)
    assert set(it.open(case)) == {"ask_again"}
    with pytest.raises(NotMovable):
        move(it, case, "after", at(it, case, "ask_again"), at(it, case, "inside"))
    move(it, case, "after")  # all of it: the sub-process with what is inside
    assert set(it.open(case)) == {"after"}
    assert list(audit_cases(it.engine, repair=False)) == []


def test_the_called_case_of_a_moved_token_ends(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(LADDER)
    it.deploy(
        process("caller", [start(), call("ask", "ladder"), user_task("after"), end()],
                ["begin -> ask", "ask -> after", "after -> done"])
    )  # fmt: skip
    case = it.start("caller")
    move(it, case, "after")
    it.run()
    assert [child.status for child in it.cases("ladder")] == ["canceled"]
    assert set(it.open(case)) == {"after"}


def test_a_token_that_is_gone_or_a_case_on_hold_is_not_moved(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(LADDER)
    case = it.start("ladder")
    with pytest.raises(TokenGone):
        move(it, case, "third", uuid4())
    with transaction(it.engine) as session:
        commands.suspend(session, it.engine, case, by=ADMIN)
    with pytest.raises(CaseSuspended):
        move(it, case, "third")


def skip(it: Bench, **variables: object) -> None:
    (incident,) = it.incidents()
    with transaction(it.engine) as session:
        commands.skip_incident(
            session, it.engine, incident.id, by=ADMIN, reason="done by telephone", variables=variables
        )


def test_an_incident_is_passed_over_with_what_it_would_have_brought(bench: Callable[..., Bench]) -> None:
    def broken(work: ServiceWork) -> None:
        raise AmicaleError

    it = bench(service={"letter.print": broken})
    it.deploy(
        process(
            "letters",
            [start(), service("print", "letter.print", retries="1"), exclusive("way"), user_task("near"), end(),
             end("far")],
            ["begin -> print", "print -> way", "way -> near if =pages = 1", "way -> far if =pages = 2", "near -> done"],
        )
    )  # fmt: skip
    case = it.start("letters")
    it.run()
    skip(it, pages=1)
    assert (set(it.open(case)), it.incidents(), it.jobs()) == ({"near"}, [], [])
    (told,) = [event for event in it.history(case) if event.kind == "incident_skipped"]
    assert told.data is not None
    assert (told.element, told.data["reason"]) == ("print", "done by telephone")
    other = it.start("letters")
    it.run()
    skip(it, pages=3)  # and the gateway behind it knows no way: that is told, and cannot be passed over
    with pytest.raises(NotSkippable):
        skip(it)
    assert "near" in look(it, other).places
    assert list(audit_cases(it.engine, repair=False)) == []


def test_a_case_that_ends_by_a_retry_in_the_background_ends(bench: Callable[..., Bench]) -> None:
    closed = [True]

    def book(work: ServiceWork) -> None:
        if closed[0]:
            raise AmicaleError

    it = bench(service={"ledger.book": book})
    it.deploy(
        process("ledger", [start(), service("book", "ledger.book", retries="1"), end()],
                ["begin -> book", "book -> done"])
    )  # fmt: skip
    case = it.start("ledger")
    it.run()
    closed[0] = False
    with transaction(it.engine) as session:
        commands.retry_incidents(session, it.engine, [one.id for one in it.incidents()], by=ADMIN)
    it.run()
    assert (it.case(case).status, it.incidents(), it.jobs()) == ("completed", [], [])
