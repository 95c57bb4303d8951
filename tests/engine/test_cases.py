"""Whole cases: corrections, incidents mended by hand, memory that never goes stale, work that is registered twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType

import pytest

from engine import commands, incidents
from engine.errors import CaseClosed, DuplicateRegistration, InvalidVariable
from engine.history import path_taken
from engine.registry import Registry, ServiceWork, service_task
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import THREE_TASKS, end, exclusive, process, script, start, user_task
from tests.fixtures.engines import ADMIN, CLERK, Bench

ROUTED = process(
    "routed",
    [start(), user_task("ask"), exclusive("which"), user_task("big"), user_task("small"), end()],
    ["begin -> ask", "ask -> which", "which -> big if =amount &gt; 10", "which -> small if =amount &lt;= 10",
     "big -> done", "small -> done"],
)  # fmt: skip


def test_an_incident_names_the_place_and_a_corrected_variable_mends_it(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(ROUTED)
    case = it.start("routed")
    it.do(case, "ask")
    with reading(it.engine) as session:
        (incident,) = incidents.open_incidents(session)
        assert incidents.count_by_process(session) == {"routed": 1}
        assert incidents.open_incidents(session, after=(incident.raised_at, incident.id)) == []
    assert (incident.element, incident.kind, incident.process_name) == ("which", "condition", "routed")
    assert "amount" in incident.message
    with transaction(it.engine) as session:
        commands.retry_incident(session, it.engine, incident.id, by=ADMIN, variables={"amount": 20})
    assert list(it.open(case)) == ["big"]
    with transaction(it.engine) as session:  # again: it was resolved meanwhile
        commands.retry_incident(session, it.engine, incident.id, by=ADMIN)
    assert it.incidents() == []


def test_corrected_variables_are_recorded_with_their_reason(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(ROUTED)
    case = it.start("routed", {"amount": 5})
    with transaction(it.engine) as session:
        commands.set_variables(session, it.engine, case, {"amount": 50}, by=ADMIN, reason="typing error")
    assert it.variables(case) == {"amount": 50}
    event = it.history(case)[-1]
    assert (event.kind, event.by) == ("variables_set", ADMIN.id)
    assert event.data is not None
    assert (event.data["reason"], list(event.data["variables"])) == ("typing error", ["amount"])  # type: ignore[call-overload]
    with pytest.raises(InvalidVariable), transaction(it.engine) as session:
        commands.set_variables(session, it.engine, case, {"_x": 1}, by=ADMIN)


def test_nothing_is_done_in_a_case_that_ended(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(ROUTED)
    case = it.start("routed")
    with transaction(it.engine) as session:
        commands.cancel(session, it.engine, case, by=ADMIN)
    for verb in (commands.cancel, commands.suspend, commands.resume):
        with pytest.raises(CaseClosed), transaction(it.engine) as session:
            verb(session, it.engine, case, by=ADMIN)


def test_an_open_incident_is_closed_with_its_case(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(ROUTED)
    case = it.start("routed")
    it.do(case, "ask")
    with transaction(it.engine) as session:
        commands.cancel(session, it.engine, case, by=ADMIN)
    assert it.incidents() == []
    (closed,) = it.incidents(open_only=False)
    assert closed.resolved_by == ADMIN.id


def test_two_processes_never_work_on_each_others_old_state(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(THREE_TASKS)
    case = it.start("three_tasks", {"who": "first"})
    here, there = it.engine, it.another()
    it.engine = there
    it.do(case, "first", {"who": "there"})
    it.engine = here
    it.do(case, "second", {"seen": True})
    assert it.variables(case) == {"who": "there", "seen": True}
    it.engine = there
    assert it.do(case, "third").ended


def test_what_was_rolled_back_is_forgotten_in_memory_too(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(THREE_TASKS)
    case = it.start("three_tasks")
    task = it.open(case)["first"]
    with pytest.raises(RuntimeError), transaction(it.engine) as session:
        commands.complete(session, it.engine, task, {"x": 1}, by=CLERK)
        raise RuntimeError("the page could not be written")
    assert list(it.open(case)) == ["first"]
    it.complete(task, {"x": 2})
    assert it.variables(case) == {"x": 2}


def test_the_path_of_a_case_is_known(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(ROUTED)
    case = it.start("routed", {"amount": 5})
    it.clock.advance(timedelta(days=1))
    it.do(case, "ask")
    with reading(it.engine) as session:
        path = path_taken(session, case)
    assert set(path.entered) == {"begin", "ask", "which", "small"}
    assert path.left == {"begin": 1, "ask": 1, "which": 1}
    assert "flow_4" in path.flows
    assert "flow_3" not in path.flows


def test_a_type_is_registered_once() -> None:
    first, second = ModuleType("first"), ModuleType("second")

    def book(work: ServiceWork) -> None:
        """Does nothing."""

    for module in (first, second):
        function = type(book)(book.__code__, globals(), "book")
        function.__module__ = module.__name__
        module.book = service_task("ledger.book")(function)  # type: ignore[attr-defined]
    assert Registry.of(first).types() == ("ledger.book",)
    with pytest.raises(DuplicateRegistration, match=r"ledger\.book"):
        Registry.of(first, second)
    with pytest.raises(DuplicateRegistration):
        Registry.of(first) + Registry.of(second)


def test_a_retry_corrects_the_scope_that_is_named(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(process("summing", [start(), script("sum", "total", "assert(n, n &gt; 0)"), user_task("ask"), end()],
                      ["begin -> sum", "sum -> ask", "ask -> done"]))  # fmt: skip
    case = it.start("summing", {"n": 0})
    (incident,) = it.incidents()
    with transaction(it.engine) as session:
        commands.retry_incident(
            session, it.engine, incident.id, by=ADMIN, variables={"n": 3}, scope_token=incident.token
        )
    assert it.incidents() == []
    assert it.variables(case) == {"n": 0, "total": 3}
