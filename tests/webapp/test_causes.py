"""From what left the house back to the timer, the rule and the act that caused it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from engine.assignment import Actor
from engine.effects import serve_now, serving
from engine.engine import Engine
from engine.models import ProcessInstance
from engine.outgoing import Effect
from engine.registry import ServiceTask, ServiceWork
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import (
    boundary,
    call,
    catch,
    end,
    exclusive,
    process,
    properties_of,
    service,
    start,
    timer,
    user_task,
)  # fmt: skip
from tests.fixtures.engines import Bench
from webapp import dates
from webapp.authorize import Viewer
from webapp.links.tokens import SignedLink
from webapp.operations import mail_causes
from webapp.operations.causes import causes
from workflows.association import mails
from workflows.association.mails import Mail

ROOT = Path(__file__).resolve().parents[2]
ALL = Viewer(Actor("person:admin", "", frozenset({"ADMIN"})), staff=True)


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
        told = causes(session, it.engine, ALL, session.get_one(ProcessInstance, case), effect.element or "", effect.at)
    assert [(each.kind, each.text) for each in told] == [
        ("sent", "It was sent by “warn”."),
        ("rule", "At “which” the rule held: `amount > 100`."),
        ("timer", "The timer “late” of “ask” had come: 7 days."),
    ]


NAMED = b"""name="beaucoup" sourceRef="which" targetRef="warn"><extensionElements><zeebe:properties>
<zeebe:property name="i18n.en.name" value="a lot"/></zeebe:properties></extensionElements>"""


@pytest.mark.parametrize(
    ("amount", "language", "told"),
    [
        (200, "fr", ("rule", "À « which », c’était « beaucoup » : `amount > 100`.")),
        (200, "en", ("rule", "At “which” it was “a lot”: `amount > 100`.")),
        (2, "en", ("way", "At “which” it was “little”: no other rule held.")),
    ],
)
def test_a_rule_is_told_with_the_answer_that_is_written_beside_its_way(
    bench: Callable[..., Bench], app: Flask, amount: int, language: str, told: tuple[str, str]
) -> None:
    it = bench(connector={"letter.send": lambda _work: {}})
    steps = [start(), exclusive("which"), service("warn", "letter.send"),
             service("greet", "letter.send"), end()]  # fmt: skip
    flows = ["begin -> which", "which -> warn if =amount &gt; 100", "which -> greet default", "warn -> done",
             "greet -> done"]  # fmt: skip
    body = process("dunning", steps, flows).replace(b'sourceRef="which" targetRef="warn">', NAMED)
    other = b'sourceRef="which" targetRef="greet"'
    it.deploy(body.replace(other, b'name="little" ' + other))
    case = it.start("dunning", {"amount": amount})
    it.run()
    with app.test_request_context(headers={"Accept-Language": language}), reading(it.engine) as session:
        effect = session.scalars(select(Effect).where(Effect.step == 1)).one()
        found = causes(session, it.engine, ALL, session.get_one(ProcessInstance, case), effect.element or "", effect.at)
    assert [(each.kind, each.text.replace("\u00a0", " ")) for each in found][1] == told


def test_a_calculated_timer_says_when_it_came(bench: Callable[..., Bench], app: Flask) -> None:
    it = bench(connector={"letter.send": lambda _work: {}})
    steps = [start(), catch("until", timer("Date", "=remind_at")), service("warn", "letter.send"), end()]
    it.deploy(process("dunning", steps, ["begin -> until", "until -> warn", "warn -> done"]))
    due = (it.clock.now() + timedelta(days=3)).replace(microsecond=0)
    case = it.start("dunning", {"remind_at": due})
    it.later(timedelta(days=3))
    it.run()
    with app.test_request_context(headers={"Accept-Language": "en"}), reading(it.engine) as session:
        effect = session.scalars(select(Effect).where(Effect.step == 1)).one()
        told = causes(session, it.engine, ALL, session.get_one(ProcessInstance, case), effect.element or "", effect.at)
        came = dates.moment(effect.at)
    assert told[1].text == f"The timer “until” had come: `remind_at` (the case went on: {came})."


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
    with transaction(it.engine) as session:  # by which it is asked who may read a case
        SignedLink.metadata.tables["signed_link"].create(session.connection(), checkfirst=True)
    with app.test_request_context(headers={"Accept-Language": "en"}), reading(it.engine) as session:
        [work] = at_work
        assert work is not None
        called = session.get_one(ProcessInstance, work.instance_id)
        told = causes(session, it.engine, ALL, called, work.element, work.now)
        his = causes(session, it.engine, Viewer(Actor("person:x", "", frozenset())), called, work.element, work.now)
    assert [(each.kind, each.text) for each in told] == [
        ("sent", "It was sent by “tell”."),
        ("act", "The case had begun: “begin”."),
        ("way", "“remind” of “dues” had called this process."),
        ("timer", "The timer “late” of “ask” had come: 7 days."),
    ]
    assert [each.text for each in his][2:] == ["A case that others look after had called this process."]


def test_a_deadline_says_its_share_and_the_days_of_the_diagram(bench: Callable[..., Bench], app: Flask) -> None:
    it = bench()
    timed, given = (properties_of([("task.deadline", days)]) for days in ("4", "=days"))
    it.deploy(process("hurry", [start(), user_task("check", extra=timed), user_task("sign", extra=given), end()],
                      ["begin -> check", "check -> sign", "sign -> done"]))  # fmt: skip
    case = it.start("hurry", {"days": 1})
    check = it.open(case)["check"]
    it.complete(check)
    mails_of = [
        Mail(key=f"task:{task}:{share}:someone", cause="")
        for task, share in ((check, 50), (check, 150), (it.open(case)["sign"], 100))
    ]
    with app.test_request_context(headers={"Accept-Language": "en"}), reading(it.engine) as session:
        known = session.get_one(ProcessInstance, case)
        said = [[each.text for each in mail_causes.told(session, it.engine, mail, known)] for mail in mails_of]
    assert said == [
        ["Half the time for “check” is over: a reminder was sent.", "The diagram gives “check” 4 working days."],
        ["“check” is late by half its time again: the general delegate was told.",
         "The diagram gives “check” 4 working days."],
        ["“sign” is late: the head of its role was told.",
         "The diagram gives “sign” so many working days: `days`."],
    ]  # fmt: skip


def test_the_way_back_leaves_a_group_of_steps_and_passes_what_the_case_said_itself(
    bench: Callable[..., Bench], app: Flask
) -> None:
    it = bench(connector={"letter.send": lambda _work: {}})
    group = (
        '<subProcess id="group"><startEvent id="inside"/>' + service("warn", "letter.send") + '<endEvent id="out"/>'
        '<sequenceFlow id="in_1" sourceRef="inside" targetRef="warn"/>'
        '<sequenceFlow id="in_2" sourceRef="warn" targetRef="out"/></subProcess>'
    )
    jump = '<linkEventDefinition name="over"/>'
    steps = [start(), user_task("ask"), exclusive("which"), '<intermediateThrowEvent id="said"/>',
             f'<intermediateThrowEvent id="leap">{jump}</intermediateThrowEvent>', catch("land", jump), group,
             end()]  # fmt: skip
    flows = ["begin -> ask", "ask -> which", "which -> said if =amount &gt; 100", "which -> done default",
             "said -> leap", "land -> group", "group -> done"]  # fmt: skip
    it.deploy(process("leaping", steps, flows))
    case = it.start("leaping", {"amount": 200})
    it.do(case, "ask")
    it.run()
    with app.test_request_context(headers={"Accept-Language": "en"}), reading(it.engine) as session:
        effect = session.scalars(select(Effect).where(Effect.step == 1)).one()
        told = causes(session, it.engine, ALL, session.get_one(ProcessInstance, case), effect.element or "", effect.at)
    assert [(each.kind, each.text) for each in told] == [
        ("sent", "It was sent by “warn”."),
        ("rule", "At “which” the rule held: `amount > 100`."),
        ("act", "“ask” had been done."),
    ]


def first_words(tree: ast.Module) -> Iterator[str]:
    """The first words of the keys that a module writes: f-strings given or assigned as `key` or `keys`, or given to
    `tell`; a name in their first place stands for the texts that it may be."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            within = (each for target in node.targets for each in ast.walk(target))
            named = {"key", "keys"} & {each.id for each in within if isinstance(each, ast.Name)}
            written = [node.value] if named else []
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"tell", "telling.tell"}:
            written = node.args[5:]
        else:
            written = [node.value] if isinstance(node, ast.keyword) and node.arg == "key" else []
        for text in (each for part in written for each in ast.walk(part) if isinstance(each, ast.JoinedStr)):
            match text.values[0]:
                case ast.Constant(value=str(begin)) if ":" in begin:
                    yield begin.partition(":")[0]
                case ast.FormattedValue(value=ast.Name(id=name)):
                    yield from possible(tree, name)


def possible(tree: ast.Module, name: str) -> Iterator[str]:
    """The texts in what is assigned to a name, or the one that another module gives it."""
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if name in {each.id for each in targets if isinstance(each, ast.Name)}:
            for each in ast.walk(getattr(node, "value", None) or node):
                if isinstance(each, ast.Constant) and isinstance(each.value, str):
                    yield each.value
        elif isinstance(node, ast.ImportFrom) and name in {each.name for each in node.names}:
            yield str(getattr(import_module(str(node.module)), name))


def test_every_mail_of_no_diagram_says_why(web_engine: Engine, app: Flask) -> None:
    """Whatever posts a mail does so as a service task, whose element is kept, or under a key whose first word is
    explained. What is told by notices needs the word always: it may become a mail later, when no task is at work."""
    unexplained, tellers = {}, set()
    for path in sorted((*ROOT.glob("workflows/**/*.py"), *ROOT.glob("webapp/**/*.py"))):
        text, name = path.read_text(encoding="utf-8"), path.name
        tells = re.search(r"notices\.telling import .*\btell\b|telling\.tell\(", text) is not None
        tells = tells and "notices" in text  # the bank's lines are told too
        tellers |= {name} if tells else set()
        # The keys of these are their callers'.
        own = "mails.post(" in text and name not in {"telling.py", "letters.py", "absence_mails.py"}
        writes = own or re.search(r"(letters|absence_mails)\.write\(", text) is not None
        posts = writes and "ServiceWork" not in text
        if tells or posts:
            words = set(first_words(ast.parse(text)))
            if not words or words - set(mail_causes.KINDS):
                unexplained[path.relative_to(ROOT).as_posix()] = words
    assert unexplained == {}
    assert tellers >= {"watching.py", "task_reminders.py", "mentions.py"}, "these are seen"
    with app.test_request_context(headers={"Accept-Language": "en"}), reading(web_engine) as session:
        for kind in (*mail_causes.KINDS, "unheard"):
            mail = Mail(key=f"{kind}:1", cause="")
            assert mail_causes.origin(session, mail) == (None, "")
            [said] = mail_causes.told(session, web_engine, mail, None)
            assert (said.text == "Nothing on record says what wrote it.") is (kind == "unheard")
