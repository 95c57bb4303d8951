"""Case pages: what they show, comments, retries; and who may see and do what (route × role × foreign case)."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.engine import Engine
from engine.history import KINDS
from engine.models import ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.cases import start_review
from tests.fixtures.diagrams import catch, end, message, process, start, user_task
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person
from webapp.operations.story import SILENT, sentence
from workflows.association import mails
from workflows.association.received_mails import ReceivedMail

ROLES = {
    "MEMBERSHIP": "handles",
    "ADMIN": "oversees",
    "GENERAL_DELEGATE": "oversees",
    "EVENTS": "foreign",
    "FINANCE": "foreign",
    "MENTOR": "outside",
    "": "member",
}


def browser_of(client: LookedAtPages, engine: Engine, role: str) -> LookedAtPages:
    """A fresh browser, signed in as a person with this role."""
    name = role.replace("_", "").title() or "Nobody"
    add_person(engine, "Alex", name, *([role] if role else []), password=PASSWORD)
    other = client.application.test_client()
    assert isinstance(other, LookedAtPages)
    sent = {"email": f"alex.{name}@example.org".lower(), "password": PASSWORD}
    assert other.post_form("/sign-in/password", sent).status_code == 303
    return other


@pytest.fixture
def case(web_engine: Engine, review: str) -> UUID:
    return start_review(web_engine)


def definition_of(engine: Engine, case: UUID) -> tuple[UUID, UUID]:
    with reading(engine) as session:
        definition = session.scalars(select(ProcessInstance.definition_id).where(ProcessInstance.id == case)).one()
        return definition, session.scalars(select(UserTask.id).where(UserTask.instance_id == case)).one()


def test_the_list_says_what_people_are_asked(client: LookedAtPages, web_engine: Engine, case: UUID) -> None:
    person = browser_of(client, web_engine, "MEMBERSHIP")
    listed = person.get("/cases").get_data(as_text=True)
    assert re.search(r'class="am-row__due">Lire le dossier<', listed)
    with transaction(web_engine) as session:
        commands.suspend(session, web_engine, case, by=SYSTEM, reason="test")
    for address in ("/cases", "/cases?status=suspended"):
        listed = person.get(address).get_data(as_text=True)
        assert re.search(r'class="am-row__due">suspendu · Lire le dossier<', listed)
    with transaction(web_engine) as session:
        commands.resume(session, web_engine, case, by=SYSTEM)
        commands.cancel(session, web_engine, case, by=SYSTEM, reason="test")
    listed = person.get("/cases").get_data(as_text=True)
    assert "Lire le dossier" not in listed
    assert re.search(r'class="am-row__due">annulé<', listed)


@pytest.mark.parametrize(("role", "standing"), list(ROLES.items()))
def test_who_may_see_and_do_what(
    client: LookedAtPages, web_engine: Engine, case: UUID, role: str, standing: str
) -> None:
    person = browser_of(client, web_engine, role)
    definition, task = definition_of(web_engine, case)
    sees = standing in {"handles", "oversees"}
    works = role in {"MEMBERSHIP", "ADMIN"}
    no_staff = standing in {"outside", "member"}
    expected = {
        f"/cases/{case}": 200 if sees else 403 if no_staff else 404,
        f"/cases/{uuid4()}": 403 if no_staff else 404,
        f"/tasks/{task}": 200 if sees else 404,
        f"/tasks/{uuid4()}": 404,
        f"/diagrams/{definition}.bpmn": 200 if sees else 404,
        f"/diagrams/{uuid4()}.bpmn": 404,
        f"/journeys/{case}": 404,
        f"/journeys/{case}/tasks/{task}": 404,
        f"/files/{uuid4()}": 404,
        "/pay/CMD-2026-000001": 404,
    }
    assert {path: person.get(path).status_code for path in expected} == expected
    acts = {
        f"/cases/{case}/comments": 303 if sees else 403 if no_staff else 404,
        f"/cases/{case}/incidents/{uuid4()}/retry": 403 if no_staff else 404,
        f"/tasks/{task}/draft": 303 if works else 404,
        f"/journeys/{case}/tasks/{task}": 404,
        f"/journeys/{case}/tasks/{task}/draft": 404,
        f"/tasks/{task}/claim": 303 if works else 403 if sees else 404,
    }
    answered = {path: person.post_form(path, {"text": "", "pages": "3"}).status_code for path in acts}
    if sees and not works:
        answered[f"/tasks/{task}/claim"] = 403 if answered[f"/tasks/{task}/claim"] in {403, 404} else 0
    assert answered == acts
    assert ("REV-1" in person.get("/cases").get_data(as_text=True)) is sees
    for path in expected:
        nobody = client.get(path)
        assert nobody.status_code in {303, 401, 404}, path


def test_the_page_tells_the_story_and_shows_the_diagram(client: LookedAtPages, web_engine: Engine, case: UUID) -> None:
    person = browser_of(client, web_engine, "ADMIN")
    page = person.get(f"/cases/{case}").get_data(as_text=True)
    for words in ("Le dossier a commencé", "Lire le dossier", "Le schéma en liste", "le dossier est ici", "À venir"):
        assert words in page, words
    person.post_form("/language", {"language": "en", "next": "/"})
    page = person.get(f"/cases/{case}").get_data(as_text=True)
    for words in ("The case began", "Read the file", "the case is here", "reminder of"):
        assert words in page, words


ORDERED = process(
    "ordered",
    [start(), catch("answer", '<messageEventDefinition messageRef="M"/>'), user_task("read"), end()],
    ["begin -> answer", "answer -> read", "read -> done"],
    top=[message("M", "order_paid", "order")],
)  # fmt: skip


def test_the_page_says_which_answer_is_waited_for_and_that_it_came(client: LookedAtPages, web_engine: Engine) -> None:
    person = browser_of(client, web_engine, "ADMIN")
    with transaction(web_engine) as session:
        commands.deploy(
            session, web_engine, {"o.bpmn": ORDERED.replace(b'id="answer"', b'id="answer" name="Paiement"')}, by=SYSTEM
        )
        ordered = commands.start(session, web_engine, "ordered", {"order": "O-7"}, by=SYSTEM).instance_id
    told = [person.get(f"/cases/{ordered}").get_data(as_text=True).replace("\u00a0", " ")]
    with transaction(web_engine) as session:
        commands.correlate_message(session, web_engine, "order_paid", "O-7", source="till", message_id="1", by=SYSTEM)
    told.append(person.get(f"/cases/{ordered}?history=all").get_data(as_text=True).replace("\u00a0", " "))
    assert ["Dès qu’il y a une réponse : Paiement" in page for page in told] == [True, False]
    assert ["Un message est arrivé pour « Paiement »" in page for page in told] == [False, True]


def test_comments_are_text_and_nothing_else(client: LookedAtPages, web_engine: Engine, case: UUID) -> None:
    person = browser_of(client, web_engine, "MEMBERSHIP")
    nasty = "<img src=x onerror=alert(1)> {{7*7}} \u202ebidi"
    assert person.post_form(f"/cases/{case}/comments", {"text": nasty}).status_code == 303
    page = person.get(f"/cases/{case}").get_data(as_text=True)
    assert "&lt;img src=x" in page
    assert "{{7*7}}" in page


def test_a_comment_that_is_sent_twice_stands_once(client: LookedAtPages, web_engine: Engine, case: UUID) -> None:
    person = browser_of(client, web_engine, "MEMBERSHIP")
    page = person.get(f"/cases/{case}").get_data(as_text=True)
    (key,) = re.findall(r'/comments"><input[^>]*><input type="hidden" name="request_key" value="(\w+)"', page)
    for text in ("Rappelé.", "Rappelé.", "Absent."):  # a step back leads to the same key
        assert person.post_form(f"/cases/{case}/comments", {"text": text, "request_key": key}).status_code == 303
    shown = person.get(f"/cases/{case}").get_data(as_text=True)
    assert (shown.count("Rappelé."), shown.count("Absent.")) == (1, 1)
    person.post_form(f"/cases/{case}/comments", {"text": "Rappelé."})
    assert person.get(f"/cases/{case}").get_data(as_text=True).count("Rappelé.") == 2, "said again on purpose"


def test_an_answer_is_read_in_the_language_of_the_mail_that_it_answers(
    client: LookedAtPages, web_engine: Engine, case: UUID
) -> None:
    person, now = browser_of(client, web_engine, "MEMBERSHIP"), web_engine.clock.now()
    walt = add_person(web_engine, "Walt", "Reed", lang="en")
    with transaction(web_engine) as session:
        wrote = mails.post(session, web_engine, to=walt.id, subject="Your file", text="Hello")
        for kind, text, status in (
            ("REPLY", "I never got the link.", ""), ("AUTOMATIC", "Absent.", ""), ("BOUNCE", "", "5.2.2"),
        ):  # fmt: skip
            session.add(
                ReceivedMail(
                    key=kind, kind=kind, status=status, mail_id=wrote, instance_id=case, subject="Re: Your file",
                    text=text, received_at=now,
                )
            )  # fmt: skip
    page = person.get(f"/cases/{case}").get_data(as_text=True)
    assert '<span lang="en">Re: Your file</span>' in page
    assert 'am-comment__text" lang="en">I never got the link.' in page
    assert 'am-comment__text">Absent.' in page, "a machine may write in any language"
    assert "la boîte est pleine" in page and ": 5.2.2" in page.replace("\xa0", " ")


def test_a_long_comment_is_refused_and_never_cut(client: LookedAtPages, web_engine: Engine, case: UUID) -> None:
    person = browser_of(client, web_engine, "MEMBERSHIP")
    refused = person.post_form(f"/cases/{case}/comments", {"text": "x" * 4_001})
    assert refused.status_code == 422
    assert "4000" in refused.get_data(as_text=True)
    assert person.post_form(f"/cases/{case}/comments", {"text": "line\r\n" * 800}).status_code == 303


def test_every_kind_of_event_has_words(app: Flask) -> None:
    told = sorted(KINDS - SILENT)
    with app.test_request_context():
        sentences = {kind: sentence(kind, "X", {"share": 50, "left": 1}) for kind in told}
    assert {kind: said for kind, said in sentences.items() if "_" in said} == {}


def test_a_reason_is_read_in_the_language_of_whoever_gave_it(
    client: LookedAtPages, web_engine: Engine, case: UUID
) -> None:
    walt = add_person(web_engine, "Walt", "Reed", lang="en")
    with transaction(web_engine) as session:
        by = Actor(f"person:{walt.id}", "Walt Reed", frozenset({"ADMIN"}))
        commands.suspend(session, web_engine, case, by=by, reason="They <argue>")
    person = browser_of(client, web_engine, "ADMIN")
    page = person.get(f"/cases/{case}").get_data(as_text=True).replace("\xa0", " ")
    assert 'Le dossier a été suspendu : « <span lang="en">They &lt;argue&gt;</span> »' in page
    person.post_form("/language", {"language": "en"})
    assert ": “They &lt;argue&gt;”" in person.get(f"/cases/{case}").get_data(as_text=True)
