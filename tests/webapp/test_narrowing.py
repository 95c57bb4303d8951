"""Cases are found by where they wait or stand still, and an element where none can be found is not offered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from engine import commands
from engine.assignment import SYSTEM
from engine.choosing import open_choices
from engine.models import ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import ONE_TASK, call, catch, end, process, start, timer, user_task
from tests.fixtures.engines import Bench
from webapp.operations import narrowing

ENDLESS = (
    '<zeebe:ioMapping><zeebe:input source="=count(for i in 1..9999999 return i)" target="total"/></zeebe:ioMapping>'
)
WAY = process(
    "way",
    [
        start(), '<inclusiveGateway id="either"/>', call("ask", "one_task"), call("again", "one_task"),
        catch("month", timer("duration", "P30D")), user_task("sign", extra=ENDLESS), end(),
    ],
    ["begin -> either", "either -> ask", "ask -> again", "again -> month", "month -> sign", "sign -> done"],
)  # fmt: skip
PLACES = ("ask", "again", "month", "sign")


@pytest.mark.parametrize("few", [1_000, 0])
def test_a_case_is_found_where_it_stands_named_or_asked(
    app: Flask, bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    engine = bench().engine
    monkeypatch.setattr(narrowing, "FEW", few)
    with transaction(engine) as session:
        commands.deploy(session, engine, {"a.bpmn": ONE_TASK, "b.bpmn": WAY}, by=SYSTEM)
        at = {name: commands.start(session, engine, "way", {}, by=SYSTEM).instance_id for name in (*PLACES, "")}
        commands.cancel(session, engine, at.pop(""), by=SYSTEM)
    for place, asked in (("again", 1), ("month", 2), ("sign", 2)):
        for _ in range(asked):
            with transaction(engine) as session:
                child = select(ProcessInstance.id).where(ProcessInstance.parent_id == at[place])
                open_ = select(UserTask.id).where(UserTask.instance_id.in_(child), UserTask.state == "created")
                commands.complete(session, engine, session.scalars(open_).one(), {}, by=SYSTEM)
    with transaction(engine) as session:
        commands.move_tokens(session, engine, at["sign"], "sign", by=SYSTEM, reason="no wait")
    with app.test_request_context(), reading(engine) as session:
        for place in PLACES:
            asked_for = MultiDict({"process": "way", "element": place})
            found = narrowing.narrowing_of(session, engine, "fr", asked_for)
            assert {key for key, _name in found.elements} == set(PLACES)
            conditions = found.conditions(session, engine.clock.now())
            assert list(session.scalars(select(ProcessInstance.id).where(*conditions))) == [at[place]], place


STUCK = process(
    "stuck",
    [
        start(), f'<adHocSubProcess id="prepare">{user_task("book")}</adHocSubProcess>',
        '<inclusiveGateway id="ways"/>', user_task("near"), end(),
    ],
    ["begin -> prepare", "prepare -> ways", "ways -> near if =count(for i in 1..9999999 return i) > 1", "near -> done"],
)  # fmt: skip


def test_cases_are_narrowed_by_each_of_what_is_offered(app: Flask, bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(STUCK)
    old, still = it.start("stuck"), it.start("stuck")
    with transaction(it.engine) as session:
        [token] = [one.token for one in open_choices(session, it.engine, still)]
        commands.close_choice(session, it.engine, still, token, by=SYSTEM)
    it.clock.advance(timedelta(days=8))
    it.deploy(STUCK.replace(b'name="stuck"', b'name="stuck again"'))
    held, ended = it.start("stuck"), it.start("stuck")
    with transaction(it.engine) as session:
        commands.suspend(session, it.engine, held, by=SYSTEM)
        commands.cancel(session, it.engine, ended, by=SYSTEM)
    every = {old, still, held, ended}
    with app.test_request_context(), reading(it.engine) as session:
        for asked, expected in (
            ({}, every), ({"version": "1"}, {old, still}), ({"version": "2"}, {held, ended}), ({"version": "9"}, every),
            ({"age": "7"}, {old, still}), ({"age": "30"}, set()), ({"age": "1"}, every),
            ({"status": "active"}, {old, still}),
            ({"status": "suspended"}, {held}), ({"status": "canceled"}, {ended}), ({"status": "completed"}, set()),
            ({"status": "incidents"}, {still}), ({"element": "ways"}, {still}), ({"element": "prepare"}, {old, held}),
            ({"element": "prepare", "version": "2"}, {held}), ({"element": "nowhere"}, every),
            ({"status": "suspended", "age": "7"}, set()),
        ):  # fmt: skip
            found = narrowing.narrowing_of(session, it.engine, "fr", MultiDict({"process": "stuck", **asked}))
            conditions = found.conditions(session, it.engine.clock.now())
            assert set(session.scalars(select(ProcessInstance.id).where(*conditions))) == expected, asked
