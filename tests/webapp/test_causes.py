"""From what left the house back to the timer, the rule and the act that caused it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from engine.models import ProcessInstance
from engine.outgoing import Effect
from engine.transaction import reading
from tests.fixtures.diagrams import boundary, end, exclusive, process, service, start, timer, user_task
from tests.fixtures.engines import Bench
from webapp.operations.causes import causes


def test_a_mail_leads_back_to_its_rule_and_its_timer(bench: Callable[..., Bench], app: Flask) -> None:
    it = bench(connector={"letter.send": lambda _work: {}})
    steps = [start(), user_task("ask"), boundary("late", "ask", timer("Duration", "P7D")), exclusive("which"),
             service("warn", "letter.send"), user_task("call"), end()]  # fmt: skip
    flows = ["begin -> ask", "ask -> done", "late -> which", "which -> warn if =amount &gt; 100",
             "which -> call default", "warn -> done", "call -> done"]  # fmt: skip
    it.deploy(process("dunning", steps, flows))
    case = it.start("dunning", {"amount": 200})
    it.later(timedelta(days=7))
    it.run()
    with app.test_request_context(headers={"Accept-Language": "en"}), reading(it.engine) as session:
        effect = session.scalars(select(Effect).where(Effect.step == 1)).one()
        told = causes(session, it.engine, session.get_one(ProcessInstance, case), effect)
    assert [(each.kind, each.text) for each in told] == [
        ("sent", "It was sent by “warn”."),
        ("rule", "At “which” the rule held: `amount > 100`."),
        ("timer", "The timer “late” of “ask” had come: 7 days."),
    ]
