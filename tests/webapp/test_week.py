"""The general delegate's Monday: late, promised, money, to sign, and the load of four weeks; a page and a mail."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from engine import commands
from engine.assignment import Actor
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.jobs import run_due
from engine.models import Job, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.cases import DEPLOYER
from tests.fixtures.diagrams import catch, end, process, start, timer, user_task
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import add_person
from tests.webapp.test_cases import browser_of
from webapp.catalogues import read_languages
from webapp.week import mail
from webapp.week.ahead import load
from webapp.week.letter import letter
from webapp.week.reckoning import reckon
from workflows.association.mails import Mail
from workflows.association.orders import Order, OrderLine
from workflows.association.payments import Payment

DUE = '<zeebe:taskSchedule dueDate="=now() + duration(&quot;P3D&quot;)"/>'
WORK = process(
    "work",
    [
        start(), user_task("write", groups="MEMBERSHIP", extra=DUE), catch("pause", timer("duration", "P10D")),
        user_task("sign", groups="GENERAL_DELEGATE"), end(),
    ],
    ["begin -> write", "write -> pause", "pause -> sign", "sign -> done"],
)  # fmt: skip


@pytest.fixture
def work(web_engine: Engine) -> None:
    """Three cases: at the first task, in the pause, and before the signature."""
    member = Actor("person:m", "M", frozenset({"MEMBERSHIP"}))
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, {"work.bpmn": WORK}, by=DEPLOYER)
        cases = [commands.start(session, web_engine, "work", {}, by=member).instance_id for _ in range(3)]
    with transaction(web_engine) as session:
        for case in cases[1:]:
            task = session.query(UserTask).filter_by(instance_id=case).one()
            commands.complete(session, web_engine, task.id, {}, by=member)
    with transaction(web_engine) as session:
        last = session.query(Job).filter_by(kind="timer", instance_id=cases[2]).one()
        assert last.token is not None
        commands.run_timer(session, web_engine, cases[2], last.token, by=DEPLOYER)
    with transaction(web_engine) as session:
        _orders(session, web_engine.clock.now())


def _orders(session: object, now: datetime) -> None:
    for number, state in ((1, "PAID"), (2, "OPEN")):
        order = Order(id=uuid4(), key=f"CMD-{number}", means="CARD", state=state, created_at=now)
        order.lines = [
            OrderLine(position=1, beneficiary="ASSOCIATION", kind="DUES", amount=Decimal(100 * number)),
            OrderLine(position=2, beneficiary="FOUNDATION", kind="GIFT", amount=Decimal(1000)),
        ]
        session.add(order)  # type: ignore[attr-defined]
        session.flush()  # type: ignore[attr-defined]
        if state == "PAID":
            session.add(  # type: ignore[attr-defined]
                Payment(
                    order_id=order.id, provider="test", provider_reference="1", means="CARD", amount=Decimal(1100),
                    value_date=now.date(), received_at=now, recorded_by="system",
                )
            )  # fmt: skip


DELEGATE = Actor("person:d", "D", frozenset({"GENERAL_DELEGATE"}))


def test_the_week_is_reckoned_from_tasks_and_timers(web_engine: Engine, work: None, clock: VirtualClock) -> None:
    with reading(web_engine) as session:
        week = reckon(session, web_engine, DELEGATE)
        loads = {each.role: (each.undated, *each.due, *each.expected) for each in week.loads}
    assert loads == {
        "MEMBERSHIP": (0, 1, 0, 0, 0, 0, 0, 0, 0),
        "GENERAL_DELEGATE": (1, 0, 0, 0, 0, 0, 1, 0, 0),
    }
    assert (week.late, week.promised) == ([], [("MEMBERSHIP", 1)])
    assert [row.element for row in week.to_sign] == ["sign"]
    assert (week.money.received, week.money.awaited) == (100, 200), "gifts are the Foundation's matter"
    clock.advance(timedelta(days=8))
    with reading(web_engine) as session:
        later = reckon(session, web_engine, DELEGATE)
        assert [(each.role, each.count) for each in later.late] == [("MEMBERSHIP", 1)]
        assert {each.role: each.expected for each in load(session, web_engine, clock.now())}["GENERAL_DELEGATE"] == [
            1, 0, 0, 0,
        ]  # fmt: skip


def test_whom_a_case_will_name_is_said_so(web_engine: Engine, clock: VirtualClock) -> None:
    named = WORK.replace(b'"GENERAL_DELEGATE"', b'"=leads"')
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, {"work.bpmn": named}, by=DEPLOYER)
        case = commands.start(session, web_engine, "work", {"leads": ["EVENTS"]}, by=DEPLOYER).instance_id
    with transaction(web_engine) as session:
        task = session.query(UserTask).filter_by(instance_id=case).one()
        commands.complete(session, web_engine, task.id, {}, by=Actor("person:m", "M", frozenset({"MEMBERSHIP"})))
    with reading(web_engine) as session:
        week = reckon(session, web_engine, DELEGATE)
    said = letter(week, read_languages()["fr"], "fr", clock.now(), web_engine.settings.zone, "https://amicale.example")
    assert "leads" not in said.text + said.html
    assert "La personne que le dossier désigne" in said.text


def test_the_page_is_the_delegates(client: LookedAtPages, web_engine: Engine, work: None, clock: VirtualClock) -> None:
    person = browser_of(client, web_engine, "GENERAL_DELEGATE")
    page = person.get("/week").get_data(as_text=True).replace("\u00a0", " ").replace("\u202f", " ")
    for words in ("À signer", "Rien n’est en retard", "100,00 €", "200,00 €", "0 + 1"):
        assert words in page
    assert "1 000,00" not in page
    clock.advance(timedelta(days=8))
    person = browser_of(client, web_engine, "GENERAL_DELEGATE")  # signed in again
    assert 'href="/week/late?role=MEMBERSHIP"' in person.get("/week").get_data(as_text=True)
    late = person.get("/week/late?role=MEMBERSHIP").get_data(as_text=True)
    assert late.count('class="am-row"') == 1
    assert "En retard" in late and "Personne ne l’a prise" in late
    paths = ("FACILITATOR@COH-2026-01", "MEMBER", "NOBODY")  # a role of one cohort is one of those that are late
    assert [person.get(f"/week/late?role={each}").status_code for each in paths] == [200, 404, 404]
    member = browser_of(client, web_engine, "MEMBERSHIP")
    assert [member.get(path).status_code for path in ("/week", "/week/late?role=MEMBERSHIP")] == [403, 403]


def test_a_mail_each_monday(web_engine: Engine, work: None, clock: VirtualClock) -> None:
    delegate = add_person(web_engine, "Dora", "Weiss", "GENERAL_DELEGATE", lang="en")
    mail.ensure(web_engine)
    mail.ensure(web_engine)
    for _week in range(2):
        clock.advance(timedelta(days=7))
        run_due(web_engine)
    with reading(web_engine) as session:
        sent = session.query(Mail).filter_by(person_id=delegate.id).order_by(Mail.created_at).all()
        assert len(sent) == 2
        assert "To sign: 1\n" in sent[0].text
        assert "/week" in sent[0].text
        assert "General delegate: 0 + 1 · 0 · 0 · 0; without a date: 1\n" in sent[0].text
        assert re.search(r'<a href="[^"]+/week">.*>General delegate</th><td[^>]*>0 \+ 1</td>', sent[0].html)
        (job,) = session.query(Job).filter_by(type=mail.TYPE).all()
        assert job.due_at.astimezone(web_engine.settings.zone).strftime("%A %H:%M") == "Monday 07:00"
        assert date.fromisoformat(str(job.due_at.date())) > clock.now().date()


def test_the_mail_leads_to_what_is_late_of_each_role(web_engine: Engine, work: None, clock: VirtualClock) -> None:
    clock.advance(timedelta(days=8))
    with reading(web_engine) as session:
        week = reckon(session, web_engine, DELEGATE)
    zone, base = web_engine.settings.zone, "https://amicale.example/week"
    said = letter(week, read_languages()["fr"], "fr", clock.now(), zone, base)
    assert (
        f"\nAdhésions : 1, dont 0 au-delà d’une fois et demie le délai\n{base}/late?role=MEMBERSHIP\n"
        in said.text.replace("\u00a0", " ")
    )
    assert f'<a href="{base}/late?role=MEMBERSHIP">' in said.html
    calm = letter(replace(week, late=[]), read_languages()["fr"], "fr", clock.now(), zone, base)
    assert "/late" not in calm.text + calm.html
