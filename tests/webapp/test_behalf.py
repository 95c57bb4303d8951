"""Staff answer and start for somebody: channel and evidence are asked for, kept, and told to that person too."""

from __future__ import annotations

import json
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from engine import commands
from engine.definitions import latest
from engine.engine import Engine
from engine.models import HistoryEvent, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.cases import DEPLOYER, PDF, RESOURCES, SENDING
from tests.fixtures.pages import LookedAtPages
from tests.security.web import Place, at_desk, browser, place
from tests.webapp.test_inbox import open_task
from tests.webapp.test_open_pages import form_shown
from webapp.behalf.store import OnBehalf
from webapp.settings import Settings


@pytest.fixture
def case(web_engine: Engine, settings: Settings, review: str) -> Place:
    return place(web_engine, settings)


@pytest.fixture
def desk(app: Flask, web_engine: Engine, case: Place) -> LookedAtPages:
    """Olga's browser, after she asked the applicant for a document."""
    made = at_desk(app, web_engine, "Olga", "MEMBERSHIP")
    verdict = {"verdict": "NO", "pages": "3", "request_key": "k" * 16}
    assert made.post_form(f"/tasks/{case.task_id}", verdict).status_code == 303
    return made


def form(**more: object) -> dict[str, object]:
    said = {"behalf_channel": "PHONE", "behalf_words": "Appel du 3 mai, 10 h", "request_key": "b" * 16}
    return {"document": (BytesIO(PDF), "acte.pdf"), **said, **more}


def send(desk: LookedAtPages, task: UUID, **more: object) -> tuple[int, str]:
    sent = desk.post_form(f"/tasks/{task}/behalf", form(**more), content_type="multipart/form-data")
    return sent.status_code, sent.get_data(as_text=True)


def test_an_answer_for_somebody_says_channel_and_evidence(
    app: Flask, desk: LookedAtPages, web_engine: Engine, case: Place
) -> None:
    task = open_task(web_engine, case.instance_id).id
    assert f"/tasks/{task}/behalf" in desk.get(f"/cases/{case.instance_id}").get_data(as_text=True)
    status, page = send(desk, task, behalf_channel="")
    assert (status, "Choisissez comment" in page, "Appel du 3 mai" in page) == (422, True, True)
    status, page = send(desk, task, behalf_words=" ")
    assert (status, "Écrivez ce qui a été dit" in page) == (422, True)
    letter = (BytesIO(PDF), "Lettre.pdf")
    for _twice in range(2):
        assert send(desk, task, behalf_files=letter)[0] == 303
        letter = (BytesIO(PDF), "Lettre.pdf")
    with reading(web_engine) as session:
        done = session.get_one(UserTask, task)
        assert (done.state, done.closed_by) == ("completed", session.scalars(select(OnBehalf.actor)).one())
        events = session.execute(select(HistoryEvent.kind, HistoryEvent.data)).tuples().all()
    assert [data for kind, data in events if kind == "on_behalf"] == [{"channel": "PHONE"}]
    page = desk.get(f"/cases/{case.instance_id}").get_data(as_text=True)
    assert "par téléphone" in page
    assert "Appel du 3 mai, 10 h" in page
    applicant = browser(app)
    applicant.post_form(f"/l/{case.token}")
    told = applicant.get(f"/journeys/{case.instance_id}").get_data(as_text=True)
    for words in ("Appel du 3 mai, 10 h", "par téléphone", "Olga Test", "Lettre.pdf"):
        assert words in told
    desk.post_form("/language", {"language": "en"})
    read = applicant.get(f"/journeys/{case.instance_id}").get_data(as_text=True)
    assert '<span class="am-comment__text" lang="en">Appel du 3 mai' in read, "Olga writes English from now on"
    here = desk.get(f"/cases/{case.instance_id}").get_data(as_text=True)
    assert '<p class="govuk-body am-comment__text">Appel' in here
    assert send(desk, task, request_key="c" * 16)[0] == 409, "it is answered once"


def test_an_answer_to_a_form_that_was_replaced_is_not_noted(
    desk: LookedAtPages, web_engine: Engine, case: Place
) -> None:
    task = open_task(web_engine, case.instance_id).id
    shown = form_shown(desk.get(f"/tasks/{task}/behalf").get_data(as_text=True))
    more = {"type": "textfield", "id": "sending_remark", "key": "remark", "label": "Une remarque"}
    longer = {**SENDING, "components": [*SENDING["components"], more]}
    with transaction(web_engine) as session:
        commands.deploy(
            session, web_engine, RESOURCES | {"review/sending.form": json.dumps(longer).encode()}, by=DEPLOYER
        )
        commands.migrate(session, web_engine, case.instance_id, latest(session, web_engine, "review").id, by=DEPLOYER)
    status, page = send(desk, task, **{"-form": shown})
    assert (status, "a été remplacé" in page, "Appel du 3 mai" in page) == (409, True, True)
    assert "«\u00a0Une remarque\u00a0» est une question nouvelle" in page
    with reading(web_engine) as session:
        assert session.get_one(UserTask, task).state == "created"
    assert send(desk, task, **{"-form": form_shown(page)})[0] == 303


def test_only_what_is_the_persons_and_not_ones_own_is_answered_so(
    app: Flask, desk: LookedAtPages, web_engine: Engine, case: Place
) -> None:
    task = open_task(web_engine, case.instance_id).id
    foreign = at_desk(app, web_engine, "Eva", "EVENTS")
    assert send(foreign, task)[0] == 404
    assert send(at_desk(app, web_engine, "Leo"), task)[0] == 403
    assert send(desk, task)[0] == 303
    closing = open_task(web_engine, case.instance_id).id
    assert send(at_desk(app, web_engine, "Dora", "DATA"), closing)[0] == 404, "a task of the staff is done by the staff"


def personal(engine: Engine, properties: str) -> None:
    """The small process anew: its applicant's task has these properties, and its file need not be sent."""
    named = b'<bpmn:userTask id="send_file"'
    before, after = RESOURCES["review/review.bpmn"].split(named)
    drawn = before + named + after.replace(b"<zeebe:properties>", b"<zeebe:properties>" + properties.encode(), 1)
    question = b'{"type": "checkbox", "id": "sending_signed", "key": "signed", "label": "Je signe"}, '
    asked = RESOURCES["review/sending.form"].replace(b'"components": [', b'"components": [' + question)
    with transaction(engine) as session:
        files = {**RESOURCES, "review/review.bpmn": drawn, "review/sending.form": asked}
        commands.deploy(session, engine, files, by=DEPLOYER)


@pytest.mark.parametrize(("kind", "words"), [("signature", "que la personne qui"), ("consent", "RGPD, article 4")])
def test_what_a_person_must_do_himself_nobody_does_for_him(
    app: Flask, web_engine: Engine, settings: Settings, review: str, kind: str, words: str
) -> None:
    personal(web_engine, f'<zeebe:property name="task.personal" value="{kind}" />')
    case = place(web_engine, settings)
    olga = at_desk(app, web_engine, "Olga", "MEMBERSHIP")
    assert olga.post_form(f"/tasks/{case.task_id}", {"verdict": "NO", "pages": "3"}).status_code == 303
    task = open_task(web_engine, case.instance_id).id
    page = olga.get(f"/cases/{case.instance_id}").get_data(as_text=True)
    assert (words in page, f"/tasks/{task}/behalf" in page) == (True, False)
    status, refused = send(olga, task)
    assert (status, words in refused) == (403, True)
    assert open_task(web_engine, case.instance_id).id == task


def test_one_question_may_be_the_persons_alone(app: Flask, web_engine: Engine, settings: Settings, review: str) -> None:
    property_ = '<zeebe:property name="task.personal{}" value="{}" />'
    personal(web_engine, property_.format("", "signature") + property_.format(".answer", "signed"))
    case = place(web_engine, settings)
    olga = at_desk(app, web_engine, "Olga", "MEMBERSHIP")
    assert olga.post_form(f"/tasks/{case.task_id}", {"verdict": "NO", "pages": "3"}).status_code == 303
    task = open_task(web_engine, case.instance_id).id
    status, page = send(olga, task, signed="true")
    assert (status, "que la personne qui" in page, "Appel du 3 mai" in page) == (422, True, True)
    assert send(olga, task)[0] == 303


def test_a_mistyped_question_lets_no_signature_through(
    app: Flask, web_engine: Engine, settings: Settings, review: str
) -> None:
    property_ = '<zeebe:property name="task.personal{}" value="{}" />'
    personal(web_engine, property_.format("", "signature") + property_.format(".answer", "singed"))
    case = place(web_engine, settings)
    olga = at_desk(app, web_engine, "Olga", "MEMBERSHIP")
    assert olga.post_form(f"/tasks/{case.task_id}", {"verdict": "NO", "pages": "3"}).status_code == 303
    task = open_task(web_engine, case.instance_id).id
    assert olga.get(f"/tasks/{task}/behalf").status_code == 403
    status, page = send(olga, task, signed="true")
    assert (status, "que la personne qui" in page) == (403, True)
    assert open_task(web_engine, case.instance_id).id == task
