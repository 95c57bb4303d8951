"""Mails: whole in both languages, injected by nobody, sent once, kept back when they must be, never at night."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.errors import WorkFailed
from engine.jobs import run_due
from engine.models import Effect, Job
from engine.registry import ConnectorWork, NotBegun, Registry
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import end, process, service, start
from tests.fixtures.office import NOON, Letterbox, Office
from tests.ports import free_port
from workflows.association import mail_adapter, mail_hours, mail_templates, mails
from workflows.association.contacts import email_row
from workflows.association.mail_message import message_id
from workflows.association.mail_sending import deliver, deliver_round
from workflows.association.mail_templates import MailKind, MailTemplate, MailTemplateRefused, load, render
from workflows.association.mail_transport import SmtpTransport
from workflows.association.people import Person
from workflows.association.registry import registry
from workflows.association.settings import Association

PARIS = ZoneInfo("Europe/Paris")
NASTY = "Ambre\r\nBcc: all@boite.example <b>*x*</b> [y](javascript:z) =?utf-8?q?a?= $link ${link}"


@pytest.mark.parametrize("name", mail_templates.names())
def test_a_template_says_the_same_in_both_languages(name: str) -> None:
    french, english = load(name, "fr"), load(name, "en")
    assert french.placeholders == english.placeholders
    assert french.kind == english.kind
    assert french.subject != english.subject


@pytest.mark.parametrize("name", ["../secret", "", "Welcome", "nothing_here", "welcome.fr"])
def test_an_unknown_template_is_refused(name: str) -> None:
    with pytest.raises(MailTemplateRefused):
        load(name, "fr")


@pytest.mark.parametrize("lang", mail_templates.LANGUAGES)
def test_values_are_text_and_nothing_else(lang: str) -> None:
    template = MailTemplate("t", lang, "Hello $first_names", "transactional", "Hello $first_names\n\n[Go]($link)")
    found = render(template, {"first_names": NASTY, "link": "https://amicale.example/l/x"})
    assert "\n" not in found.subject
    assert "\r" not in found.subject
    assert "<b>" not in found.html
    assert "<em>" not in found.html
    assert 'href="javascript' not in found.html
    assert found.html.count("<a href=") == 1


def test_a_missing_value_is_refused() -> None:
    with pytest.raises(MailTemplateRefused):
        render(load("welcome", "fr"), {"first_names": "Ambre"})


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)))
def test_nobody_is_woken(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC)
    later = mail_hours.awake(moment, PARIS)
    local = later.astimezone(PARIS)
    assert 8 <= local.hour < 20
    assert moment <= later < moment + timedelta(hours=13, minutes=1)
    assert mail_hours.awake(later, PARIS) == later


@pytest.fixture
def smtp() -> Iterator[tuple[Controller, list[EmailMessage], list[str]]]:
    """A mail server on loopback, the messages it took, and the answers it is told to give first."""
    taken: list[EmailMessage] = []
    answers: list[str] = []

    class Handler:
        def __init__(self) -> None:
            self.peers: list[object] = []

        async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
            await asyncio.sleep(0)
            self.peers.append(session.peer)  # type: ignore[attr-defined]
            if answers and (answer := answers.pop(0)):
                return answer
            taken.append(envelope.content)  # type: ignore[attr-defined]
            return "250 OK"

    controller = Controller(Handler(), hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller, taken, answers
    controller.stop()


def work_for(office: Office, mail_id: object, attempt: int = 1) -> ConnectorWork:
    return ConnectorWork(
        engine=office.engine, idempotency_key="job-1", instance_id=uuid4(), process_id="", element="",
        variables={"mail_id": str(mail_id)}, headers={}, attempt=attempt, now=office.clock.now(),
    )  # fmt: skip


def posted(office: Office, *, kind: MailKind = "transactional", **person: object) -> object:
    reader = Person(id=uuid4(), first_names="Ambre", birth_name="Delaunay", lang="fr", watched=False, **person)
    reader.emails.append(email_row(reader.id, "ambre@boite.example"))
    with transaction(office.engine) as session:
        session.add(reader)
        session.flush()
        return mails.post(
            session, office.engine, to=reader.id, subject="Bonjour\r\nBcc: x@y.example",
            text="Un lien : http://127.0.0.1:8000/l/secret-token.", kind=kind,
        )  # fmt: skip


def stored(office: Office, mail_id: object) -> mails.Mail:
    with reading(office.engine) as session:
        found = session.get(mails.Mail, mail_id)
        assert found is not None
        return found


def test_a_mail_leaves_by_smtp_once_and_its_link_leaves_the_archive(office: Office, smtp) -> None:  # type: ignore[no-untyped-def]
    controller, taken, _ = smtp
    association = Association(transport=SmtpTransport("127.0.0.1", controller.port, security="none"))
    mail_id = posted(office)
    for attempt in (1, 2):
        deliver(association, work_for(office, mail_id, attempt))
    assert len(taken) == 1
    assert b"secret-token" in taken[0]
    assert b"\nBcc:" not in taken[0]
    mail = stored(office, mail_id)
    assert mail.state == "SENT"
    assert "secret-token" not in mail.text + mail.html
    assert mail.message_id is not None
    assert mail.message_id.encode() in taken[0]


@pytest.mark.parametrize(("answer", "again"), [("451 later", True), ("550 no such user", False)])
def test_a_refusal_says_whether_to_try_again(office: Office, smtp, answer: str, again: bool) -> None:  # type: ignore[no-untyped-def]
    controller, taken, answers = smtp
    answers.append(answer)
    association = Association(transport=SmtpTransport("127.0.0.1", controller.port, security="none"))
    mail_id = posted(office)
    with pytest.raises(WorkFailed) as failed:
        deliver(association, work_for(office, mail_id))
    assert failed.value.again is again
    assert stored(office, mail_id).state == "QUEUED"
    deliver(association, work_for(office, mail_id, 2))
    assert len(taken) == 1


def test_a_round_uses_one_connection_and_a_refusal_concerns_one_mail(office: Office, smtp) -> None:  # type: ignore[no-untyped-def]
    controller, taken, answers = smtp
    association = Association(transport=SmtpTransport("127.0.0.1", controller.port, security="none"))
    works = [work_for(office, posted(office)) for _ in range(3)]
    answers += ["", "550 no such user"]
    said = deliver_round(association, works)
    assert [type(each) for each in said] == [type(None), WorkFailed, type(None)]
    assert [str(work.told.get("reply", ""))[:3] for work in works] == ["250", "", "250"]
    assert len(set(controller.handler.peers)) == 1
    states = [stored(office, UUID(str(work.variables["mail_id"]))).state for work in works]
    assert (states, len(taken)) == (["SENT", "QUEUED", "SENT"], 2)


def test_a_server_that_goes_away_leaves_the_rest_of_a_round_unbegun(office: Office, smtp) -> None:  # type: ignore[no-untyped-def]
    controller, taken, answers = smtp
    association = Association(transport=SmtpTransport("127.0.0.1", controller.port, security="none"))
    works = [work_for(office, posted(office)) for _ in range(3)]
    answers += ["", "421 closing"]
    said = deliver_round(association, works)
    assert [type(each) for each in said] == [type(None), WorkFailed, NotBegun]
    assert len(taken) == 1


def test_a_server_that_is_away_is_tried_again(office: Office) -> None:
    association = Association(transport=SmtpTransport("127.0.0.1", 1, security="none", timeout=2))
    with pytest.raises(WorkFailed) as failed:
        deliver(association, work_for(office, posted(office)))
    assert failed.value.again


def test_the_dead_are_not_written_to(office: Office) -> None:
    mail_id = posted(office, deceased_on=NOON.date())
    deliver(Association(transport=office.letterbox), work_for(office, mail_id))
    assert (stored(office, mail_id).suppressed, office.letterbox.messages) == ("DECEASED", [])


def test_news_goes_to_nobody_who_did_not_ask_for_it(office: Office) -> None:
    mail_id = posted(office, kind="news")
    deliver(Association(transport=office.letterbox), work_for(office, mail_id))
    assert (stored(office, mail_id).suppressed, office.letterbox.messages) == ("OPTED_OUT", [])


def test_a_posted_mail_is_sent_by_its_job(office: Office) -> None:
    mail_id = posted(office)
    office.run()
    assert stored(office, mail_id).state == "SENT"
    assert [message["To"] for message in office.letterbox.messages] == ["ambre@boite.example"]


def test_the_message_id_is_the_key_s() -> None:
    assert message_id("k", "a@b.example") == message_id("k", "a@b.example") == "<k@b.example>"
    assert "\n" not in message_id("k\r\nBcc: x", "a@b.example")


def test_a_posted_mail_that_cannot_leave_waits_and_says_why(office: Office) -> None:
    class Away(Letterbox):
        def send(self, message: EmailMessage, sender: str) -> str:
            raise WorkFailed("the mail server cannot be reached")

    association = Association(transport=Away())
    engine = Engine.open(
        office.engine.database.url.render_as_string(hide_password=False),
        clock=office.clock,
        registry=registry(association),
    )
    mail_id = posted(office)
    for _ in range(6):
        run_due(engine)
        office.clock.advance(timedelta(hours=7))
    engine.close()
    with reading(office.engine) as session:
        job = session.scalars(select(Job).where(Job.type == "mail.send")).one()
    assert (job.held, job.error) == (True, "the mail server cannot be reached")
    assert stored(office, mail_id).state == "QUEUED"


def test_what_the_server_says_is_on_record_and_bounces_have_an_address(
    office: Office, smtp: tuple[Controller, list[EmailMessage], list[str]]
) -> None:
    server, taken, answers = smtp
    association = Association(
        transport=SmtpTransport(server.hostname, server.port, "none"), replies=office.association.replies
    )
    answers.append("451 later")
    engine = Engine.open(
        office.engine.database.url.render_as_string(hide_password=False),
        clock=office.clock,
        registry=registry(association),
    )
    mail_id = posted(office)
    for _ in range(3):
        run_due(engine)
        office.clock.advance(timedelta(minutes=10))
    with reading(engine) as session:
        facts = session.scalars(select(Effect).order_by(Effect.number, Effect.step)).all()
        mail = session.get_one(mails.Mail, mail_id)
    engine.close()
    assert [(row.number, row.fact) for row in facts] == [
        (1, "attempted"), (1, "failed"), (2, "attempted"), (2, "answered"),
    ]  # fmt: skip
    assert facts[1].answer is not None
    assert facts[1].answer["reason"] == "the mail server answered 451"
    assert facts[3].answer == {"message_id": mail.message_id, "reply": "250 OK"}
    assert len({row.key for row in facts}) == 1
    assert len(taken) == 1


DIAGRAM_MAIL = process(
    "writes",
    [start(), service("write", "io.camunda:email:1"), end()],
    ["begin -> write", "write -> done"],
)


@pytest.mark.parametrize(
    ("to", "left"), [("a@boite.example", 1), ("a@boite.example, b@boite.example", 2), ("nobody", 0), ("", 0)]
)
def test_a_diagram_that_exists_writes_a_mail(office: Office, to: str, left: int) -> None:
    adapted = replace(office.engine, registry=office.engine.registry + Registry.of(mail_adapter))
    with transaction(adapted) as session:
        commands.deploy(session, adapted, {"w.bpmn": DIAGRAM_MAIL}, by=SYSTEM)
        action = {"to": to, "subject": "Bonjour\r\nBcc: x@y.example", "body": "Un mot."}
        commands.start(session, adapted, "writes", {"data": {"smtpAction": action}}, by=SYSTEM)
    office.run()
    assert len(office.letterbox.messages) == left
    assert len(office.incidents()) == (left == 0)
    assert all("\n" not in message["Subject"] and message["Bcc"] is None for message in office.letterbox.messages)
