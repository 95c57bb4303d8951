"""From what left the house back to the timer, the rule and the act that caused it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from engine.effects import serve_now, serving
from engine.engine import Engine
from engine.models import ProcessInstance
from engine.outgoing import Effect
from engine.registry import ServiceTask, ServiceWork
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import boundary, call, end, exclusive, process, service, start, timer, user_task
from tests.fixtures.engines import Bench
from webapp.operations import mail_causes
from webapp.operations.causes import causes
from workflows.association import mails
from workflows.association.mails import Mail

ROOT = Path(__file__).resolve().parents[2]


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
        told = causes(session, it.engine, session.get_one(ProcessInstance, case), effect.element or "", effect.at)
    assert [(each.kind, each.text) for each in told] == [
        ("sent", "It was sent by “warn”."),
        ("rule", "At “which” the rule held: `amount > 100`."),
        ("timer", "The timer “late” of “ask” had come: 7 days."),
    ]


def write(work: ServiceWork) -> None:
    """A service task of the association that writes a mail."""
    mails.post(work.session, work.engine, to="ada@example.org", subject="Late", text="Late.")


def test_a_mail_that_a_service_task_writes_keeps_its_element(web_engine: Engine) -> None:
    case = UUID(int=7)
    with transaction(web_engine) as session:
        work = ServiceWork(web_engine, session, case, "dues", "tell", UUID(int=8), {}, {}, web_engine.clock.now())
        serve_now(ServiceTask("note.late", write), work)
        write(work)
        by_task, by_hand = session.scalars(select(Mail).order_by(Mail.cause.is_(None))).all()
        assert mail_causes.origin(session, by_task) == (case, "tell")
        assert mail_causes.origin(session, by_hand) == (None, ""), "nothing is at work any more"
        session.rollback()


def test_a_mail_of_a_called_process_leads_on_to_what_called_it(bench: Callable[..., Bench], app: Flask) -> None:
    at_work: list[ServiceWork | None] = []
    it = bench(service={"note.late": lambda work: at_work.append(serving(work.session))})
    it.deploy(
        process("ladder", [start(), service("tell", "note.late"), user_task("wait"), end()],
                ["begin -> tell", "tell -> wait", "wait -> done"]),
        process("dues", [start(), user_task("ask"), boundary("late", "ask", timer("Duration", "P7D")),
                         call("remind", "ladder"), end()],
                ["begin -> ask", "ask -> done", "late -> remind", "remind -> done"]),
    )  # fmt: skip
    it.start("dues")
    it.later(timedelta(days=7))
    with app.test_request_context(headers={"Accept-Language": "en"}), reading(it.engine) as session:
        [work] = at_work
        assert work is not None
        called = session.get_one(ProcessInstance, work.instance_id)
        told = causes(session, it.engine, called, work.element, work.now)
    assert [(each.kind, each.text) for each in told] == [
        ("sent", "It was sent by “tell”."),
        ("act", "The case had begun: “begin”."),
        ("way", "“remind” of “dues” had called this process."),
        ("timer", "The timer “late” of “ask” had come: 7 days."),
    ]


def test_every_mail_of_no_diagram_says_why(web_engine: Engine, app: Flask) -> None:
    """Whatever posts a mail does so as a service task, whose element is kept, or under a key whose first word is
    explained."""
    unexplained = []
    for path in sorted((*ROOT.glob("workflows/**/*.py"), *ROOT.glob("webapp/**/*.py"))):
        text = path.read_text(encoding="utf-8")
        posts = (
            re.search(r"mails\.post\(|telling\.tell\(", text) and path.name != "telling.py"
        )  # the key is its caller's
        if posts and "ServiceWork" not in text:
            words = re.findall(r'f"([a-z_.]+):|TYPE\b.* = "([a-z_.]+)"', text)
            if not {first or second for first, second in words} & set(mail_causes.KINDS):
                unexplained.append(path.relative_to(ROOT).as_posix())
    assert unexplained == []
    with app.test_request_context(headers={"Accept-Language": "en"}), reading(web_engine) as session:
        for kind in (*mail_causes.KINDS, "unheard"):
            mail = Mail(key=f"{kind}:1", cause="")
            assert mail_causes.origin(session, mail) == (None, "")
            [said] = mail_causes.told(session, web_engine, mail, None)
            assert (said.text == "Nothing on record says what wrote it.") is (kind == "unheard")
