"""Cases that begin in the middle of their way: where that is safe, and on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from engine import commands
from engine.audit import audit_cases
from engine.bpmn import ProcessSpec, read_diagram
from engine.errors import NoPlaceToBegin
from engine.transaction import transaction
from tests.fixtures.diagrams import boundary, end, parallel, process, start, timer, user_task
from tests.fixtures.engines import ADMIN, Bench

LADDER = process(
    "ladder",
    [
        start(), user_task("first"), user_task("second"), user_task("third"), end(),
        boundary("late", "second", timer("duration", "P3D")), end("gave_up"),
    ],
    ["begin -> first", "first -> second", "second -> third", "third -> done", "late -> gave_up"],
)  # fmt: skip
FORKED = process(
    "forked",
    [
        start(), parallel("split"), user_task("left_side"), user_task("right_side"),
        parallel("join"), end(),
    ],
    ["begin -> split", "split -> left_side", "split -> right_side", "left_side -> join", "right_side -> join",
     "join -> done"],
)  # fmt: skip


def begin(it: Bench, process_id: str, at: str) -> UUID:
    with transaction(it.engine) as session:
        started = commands.start(
            session,
            it.engine,
            process_id,
            {"rung": 2},
            by=ADMIN,
            at=at,
            reason="imported",
            request_key=f"row-{at:0>16}",
        )
    return started.instance_id


def test_a_case_begins_at_an_element_and_goes_on_from_there(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(LADDER)
    case = begin(it, "ladder", "second")
    assert set(it.open(case)) == {"second"}
    it.do(case, "second")
    it.do(case, "third")
    assert it.case(case).status == "completed"
    first = it.history(case)[0]
    assert (first.kind, first.element, first.by) == ("case_started", "second", ADMIN.id)
    assert first.data is not None
    assert (first.data["midway"], first.data["reason"]) == (True, "imported")
    assert list(audit_cases(it.engine, repair=False)) == []


def test_its_timers_count_from_now(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(LADDER)
    case = begin(it, "ladder", "second")
    it.clock.advance(timedelta(days=2))
    it.run()
    assert it.case(case).status == "active"
    it.clock.advance(timedelta(days=1, minutes=1))
    it.run()
    assert it.case(case).status == "completed"


def test_the_same_row_begins_one_case(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(LADDER)
    assert begin(it, "ladder", "second") == begin(it, "ladder", "second")
    assert len(it.cases("ladder")) == 1


@pytest.mark.parametrize("at", ["join", "left_side", "begin", "nowhere", "late"])
def test_it_is_refused_where_a_token_alone_is_not_enough(bench: Callable[..., Bench], at: str) -> None:
    it = bench()
    it.deploy(FORKED)
    it.deploy(LADDER)
    with pytest.raises(NoPlaceToBegin, match=at):
        begin(it, "ladder" if at == "late" else "forked", at)
    assert it.cases("forked") == it.cases("ladder") == []


def test_what_splits_ahead_joins_again(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(FORKED)
    [spec] = read_diagram(FORKED, name="forked").processes
    assert [one for one in spec.elements if begins_at(spec, one)] == ["split", "done"]
    case = begin(it, "forked", "split")
    it.do(case, "left_side")
    it.do(case, "right_side")
    assert it.case(case).status == "completed"


def begins_at(spec: ProcessSpec, element: str) -> bool:
    try:
        spec.nodes.place_at(element)
    except NoPlaceToBegin:
        return False
    return True
