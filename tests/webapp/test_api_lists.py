"""Every list that people see is there for programs: narrowed as on its page, and read to its end page by page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.jobs import run_due
from engine.transaction import reading
from tests.engine.test_midway import LADDER
from tests.fixtures.engines import Bench
from tests.webapp.test_api import Caller, Program, program
from tests.webapp.test_api_steering import HURRIED, WHY, admin, deployed
from tests.webapp.test_moves import HALTED
from webapp.api import tokens
from webapp.operations import story

__all__ = ["admin", "program"]  # fixtures


def read(caller: Caller, path: str, of: str, limit: int = 2) -> list[Any]:
    """One property of all items, a page of `limit` after the other; no page is longer."""
    found: list[Any] = []
    after = ""
    for _ in range(50):
        page = caller("GET", f"{path}{'&' if '?' in path else '?'}limit={limit}{after}")
        assert len(page["items"]) <= limit
        found += [each[of] for each in page["items"]]
        if page["next"] is None:
            return found
        after = f"&after={quote(page['next'])}"
    raise AssertionError("the list has no end")


def begun(caller: Caller, process: str) -> str:
    case: str = caller("POST", "/cases", 201, json={"process": process})["case_id"]
    return case


def test_cases_are_narrowed_as_on_their_page(admin: Caller, web_engine: Engine, clock: VirtualClock) -> None:
    deployed(admin, ladder__bpmn=LADDER.decode(), halted__bpmn=HALTED.decode())
    old = begun(admin, "ladder")
    clock.advance(timedelta(days=2))
    deployed(admin, ladder__bpmn=LADDER.decode().replace('name="ladder"', 'name="ladder again"'))
    new, ended, still = begun(admin, "ladder"), begun(admin, "ladder"), begun(admin, "halted")
    admin("POST", f"/cases/{new}/move", 204, json={"element": "second", **WHY})
    admin("POST", f"/cases/{ended}/cancel", json=WHY)
    day = quote((clock.now() - timedelta(days=1)).isoformat())
    for asked, expected in (
        ("process=ladder", {old, new, ended}), ("process=ladder&version=1", {old}),
        ("process=ladder&version=2", {new, ended}), ("process=ladder&element=first", {old}),
        ("process=ladder&element=second", {new}), ("process=ladder&version=1&element=second", set()),
        ("process=ladder&version=2&status=canceled", {ended}), (f"started_before={day}", {old}),
        ("standing_still=true", {still}), ("process=halted&element=reckon", {still}), ("", {old, new, ended, still}),
    ):  # fmt: skip
        assert set(read(admin, f"/cases?{asked}", "id")) == expected, asked
    for wrong in ("version=1", "element=first", "process=ladder&version=9", "process=ladder&element=nowhere"):
        assert admin("GET", f"/cases?{wrong}", 422)["error"] == "place_unknown"


def test_a_long_history_is_read_to_its_end(admin: Caller, program: Program, clock: VirtualClock) -> None:
    deployed(admin, ladder__bpmn=LADDER.decode())
    case = begun(admin, "ladder")
    for _ in range(3):
        admin("POST", f"/cases/{case}/suspend", json=WHY)
        admin("POST", f"/cases/{case}/resume")
    told = read(admin, f"/cases/{case}/history", "kind")
    assert told == read(admin, f"/cases/{case}/history", "kind", limit=100)
    assert (told[0], told[-1], told.count("case_suspended")) == ("case_resumed", "case_started", 3)
    for wrong in ("x", "2026-01-01T00:00:00+00:00~-1", f"2026-01-01T00:00:00+00:00~{2**63}"):
        assert admin("GET", f"/cases/{case}/history?after={quote(wrong)}", 422)["error"] == "place_unreadable"


def test_what_colleagues_have_in_hand(admin: Caller, program: Program) -> None:
    deployed(admin, hurried__bpmn=HURRIED)
    colleague = program("MEMBERSHIP")
    for _ in range(3):
        begun(admin, "hurried")
    held = read(colleague, "/tasks?list=queue", "id")
    for task in held:
        colleague("POST", f"/tasks/{task}/claim")
    assert sorted(read(admin, "/tasks?list=team", "id")) == sorted(held) == sorted(read(colleague, "/tasks", "id"))
    assert read(colleague, "/tasks?list=team", "id") == []
    assert read(program("EVENTS"), "/tasks?list=team", "id") == read(program(), "/tasks?list=team", "id") == []


def test_acts_and_migrations_so_far(admin: Caller, program: Program, web_engine: Engine) -> None:
    deployed(admin, ladder__bpmn=LADDER.decode())
    cases = sorted(begun(admin, "ladder") for _ in range(3))
    acts = [
        admin("POST", "/cases/acts", 202, json={"kind": kind, "cases": cases, **WHY})["act"]
        for kind in ("suspend", "resume", "suspend")
    ]
    deployed(admin, ladder__bpmn=LADDER.decode().replace('name="ladder"', 'name="ladder again"'))
    moved = admin("POST", "/migrations", 202, json={"process": "ladder", "version": 2, "cases": cases, **WHY})
    run_due(web_engine)
    assert sorted(read(admin, "/cases/acts", "act")) == sorted(acts)
    assert set(read(admin, "/cases/acts", "total")) == {3} and set(read(admin, "/cases/acts", "reason")) == {
        WHY["reason"]
    }
    assert read(admin, f"/cases/acts/{acts[0]}", "case") == cases
    assert admin("GET", f"/cases/acts/{acts[0]}?limit=1")["total"] == 3
    assert read(admin, "/migrations", "migration") == [moved["migration"]]
    assert read(admin, f"/migrations/{moved['migration']}", "case") == cases
    assert read(admin, "/processes/ladder/versions", "version", limit=1) == [2, 1]
    for wrong in ("x", -1, 2**31):  # more than PostgreSQL compares with a version
        assert admin("GET", f"/processes/ladder/versions?after={wrong}", 422)["error"] == "place_unreadable"
    admin("GET", "/processes/nowhere/versions", 404)
    admin("GET", "/processes/a%00b/versions", 404)
    stranger = program("EVENTS", scopes=tokens.SCOPES)
    assert read(stranger, "/cases/acts", "act") == read(stranger, "/migrations", "migration") == []
    program(scopes=tokens.SCOPES)("GET", "/processes/ladder/versions", 403)


def test_what_happened_at_one_moment_is_told_once_on_both_databases(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(LADDER)
    case = it.start("ladder")
    it.do(case, "first")
    with reading(it.engine) as session:
        every = story.events(session, case, limit=100)
        told: list[int] = []
        while rest := story.events(session, case, limit=2, after=(told and (every[0].at, told[-1])) or None):
            assert {each.at for each in rest} == {every[0].at}, "the clock stands"
            told += [each.id for each in rest]
    assert told == [each.id for each in every] and len(told) > 3
