"""Joining through the pages: form, signed link, own tasks, payment, journey; and what strangers get of it."""

from __future__ import annotations

import io
import re
from datetime import timedelta

from sqlalchemy import func, select

from engine import jobs
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.models import HistoryEvent, ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.cases import PDF
from tests.fixtures.members import (
    CONSENTS,
    JOIN,
    apply,
    decide_tariffs,
    field,
    newest_link,
    open_journey,
    withdraw_tariffs,
)
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person
from webapp.behalf.store import OnBehalf
from webapp.files.store import StoredFile, erase
from webapp.settings import Settings
from workflows.association.applications import Application
from workflows.association.mails import Mail


def count(engine: Engine, table: type[ProcessInstance] | type[Application]) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def own_task(client: LookedAtPages, journey: str) -> str:
    found = re.search(r'href="(/journeys/[^"]+/tasks/[^"]+)"', client.get(journey).get_data(as_text=True))
    assert found is not None, "no own task"
    return found.group(1)


def send_proof(client: LookedAtPages, journey: str, name: str = "../../diplôme.pdf") -> None:
    task = own_task(client, journey)
    key = field(client.get(task).get_data(as_text=True), "request_key")
    data = {"proof": (io.BytesIO(PDF), name), "request_key": key}
    assert client.post_form(task, data, content_type="multipart/form-data").status_code == 303


def test_the_form_names_what_is_wrong_and_keeps_what_was_typed(client: LookedAtPages, joining: Engine) -> None:
    assert client.get("/join").location == "/start"
    answer = client.post_form("/start/membership_application", {**JOIN, "email": "nowhere", "birth_name": ""})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="Camille"' in page
    assert 'href="#f-email"' in page
    assert count(joining, ProcessInstance) == 0


def test_a_record_that_refuses_is_shown_beside_its_field(client: LookedAtPages, joining: Engine) -> None:
    answer = client.post_form("/start/membership_application", {**JOIN, "birth_date-year": "2020"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "f-birth_date" in page
    assert (count(joining, ProcessInstance), count(joining, Application)) == (0, 0)


def test_the_trap_thanks_machines_and_keeps_nothing(client: LookedAtPages, joining: Engine) -> None:
    answer = client.post_form("/start/membership_application", {**JOIN, "website": "http://spam.example"})
    assert answer.status_code == 303
    assert count(joining, ProcessInstance) == 0


def test_a_double_click_starts_one_case(client: LookedAtPages, joining: Engine) -> None:
    page = client.get("/start/membership_application").get_data(as_text=True)
    sent = {**JOIN, "request_key": field(page, "request_key")}
    answers = [client.post_form("/start/membership_application", sent) for _ in range(2)]
    assert {(each.status_code, each.location) for each in answers} == {(303, "/start/membership_application/sent")}
    assert (count(joining, ProcessInstance), count(joining, Application)) == (1, 1)


def test_fetching_the_link_ahead_changes_nothing(client: LookedAtPages, joining: Engine) -> None:
    apply(client)
    link = newest_link(joining)
    for _ in range(3):
        answer = client.get(link)
        assert answer.status_code == 200
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert client.get("/journeys").status_code == 303, "still nobody"
    assert client.post_form(link).status_code == 303


def test_a_link_opens_one_browser_and_sends_another(
    client: LookedAtPages, joining: Engine, clock: VirtualClock
) -> None:
    apply(client)
    link = newest_link(joining)
    journey = str(client.post_form(link).location)
    assert client.get(link).location == journey, "the same browser goes on"
    other = client.application.test_client()
    assert isinstance(other, LookedAtPages)
    assert "déjà servi" in other.get(link).get_data(as_text=True)
    assert other.post_form(link).status_code == 409
    assert other.get(journey).status_code == 303
    clock.advance(timedelta(minutes=5))
    assert other.post_form(f"{link}/again").status_code == 200
    fresh = newest_link(joining)
    assert fresh != link
    assert other.post_form(fresh).location == journey
    for wrong in ("/l/" + "A" * 43, link[:-1] + ("x" if link[-1] != "x" else "y")):
        assert other.get(wrong).status_code == 404
        assert other.post_form(wrong).status_code == 404


def test_the_link_that_confirms_lives_two_days_and_is_sent_anew(
    client: LookedAtPages, joining: Engine, clock: VirtualClock
) -> None:
    apply(client)
    link = newest_link(joining)
    with reading(joining) as session:
        assert "48 heures" in session.scalars(select(Mail.text)).one()
    clock.advance(timedelta(hours=48))
    late = client.get(link)
    assert (late.status_code, f"{link}/again" in late.get_data(as_text=True)) == (404, True)
    assert client.post_form(link).status_code == 404
    clock.advance(timedelta(minutes=5))
    assert client.post_form(f"{link}/again").status_code == 200
    fresh = newest_link(joining)
    clock.advance(timedelta(hours=47))
    journey = str(client.post_form(fresh).location)
    clock.advance(timedelta(days=20))
    assert client.get(journey).status_code == 200, "whoever confirmed goes on as by any link"
    clock.advance(timedelta(days=10))
    assert client.get(journey).status_code == 303


def test_a_link_to_what_was_deleted_says_to_begin_again(
    client: LookedAtPages, joining: Engine, clock: VirtualClock
) -> None:
    apply(client)
    link = newest_link(joining)
    clock.advance(timedelta(days=31))
    jobs.run_due(joining)
    late = client.get(link)
    assert (late.status_code, 'href="/start"' in late.get_data(as_text=True)) == (404, True)
    assert f"{link}/again" not in late.get_data(as_text=True)
    assert client.post_form(f"{link}/again").status_code == 404


def test_from_the_form_to_membership(client: LookedAtPages, joining: Engine, clock: VirtualClock) -> None:
    add_person(joining, "Odile", "Roux", "REGISTRAR", "DATA", "MEMBERSHIP", password=PASSWORD)
    apply(client)
    journey = open_journey(client, joining)
    send_proof(client, journey)
    page = client.get(journey).get_data(as_text=True)
    assert "Vérification par l" in page
    assert "C’est à nous" in page
    staff = client.application.test_client()
    assert isinstance(staff, LookedAtPages)
    staff.post_form("/sign-in/password", {"email": "odile.roux@example.org", "password": PASSWORD})
    with reading(joining) as session:
        check = session.scalars(select(UserTask).where(UserTask.state == "created")).one()
        document = session.scalars(select(StoredFile)).one()
    assert document.name == "diplôme.pdf"
    shown = staff.get(f"/tasks/{check.id}?tab=queue").get_data(as_text=True)
    assert "Camille Martin" in shown
    assert "diplôme.pdf" in shown
    assert staff.post_form(f"/tasks/{check.id}", {"decision": "ADMIT"}).status_code == 303
    clock.advance(timedelta(seconds=20))  # until then she can take it back
    jobs.run_due(joining)
    assert client.post_form(own_task(client, journey), CONSENTS).status_code == 303
    jobs.run_due(joining)
    basket = {"duration_years": "1", "gift_amount": "", "pay_means": "CARD"}
    assert client.post_form(own_task(client, journey), basket).status_code == 303
    jobs.run_due(joining)
    found = re.search(r'href="(/pay/[^"]+)"', client.get(journey).get_data(as_text=True))
    assert found is not None
    pay = found.group(1)
    assert "160,00" in client.get(pay).get_data(as_text=True)
    assert client.post_form(pay, {"outcome": "refused"}).location == pay
    assert client.post_form(pay, {"outcome": "paid"}).location == journey
    jobs.run_due(joining)
    assert "est payée" in client.get(pay).get_data(as_text=True)
    page = client.get(journey).get_data(as_text=True)
    assert re.search(r"Vous êtes membre.*?Fait", page, re.S)
    assert len(page.encode()) < 100_000
    story = staff.get(f"/cases/{check.instance_id}?history=all").get_data(as_text=True)
    assert "« Consulter le registre de l’école » a été terminée" in story.replace("\xa0", " ")


def test_what_stands_still_is_shown_and_tried_again(client: LookedAtPages, joining: Engine) -> None:
    add_person(joining, "Odile", "Roux", "REGISTRAR", "MEMBERSHIP", password=PASSWORD)
    withdraw_tariffs(joining)
    apply(client)
    send_proof(client, open_journey(client, joining))
    staff = client.application.test_client()
    assert isinstance(staff, LookedAtPages)
    staff.post_form("/sign-in/password", {"email": "odile.roux@example.org", "password": PASSWORD})
    with reading(joining) as session:
        check = session.scalars(select(UserTask).where(UserTask.state == "created")).one()
    assert staff.post_form(f"/tasks/{check.id}", {"decision": "ADMIT"}).status_code == 303
    for _ in range(5):
        joining.clock.advance(timedelta(hours=7))  # type: ignore[attr-defined]
        jobs.run_due(joining)
    staff.post_form("/sign-in/password", {"email": "odile.roux@example.org", "password": PASSWORD})
    page = staff.get(f"/cases/{check.instance_id}").get_data(as_text=True)
    assert "Ce qui est à l’arrêt" in page
    retry = re.search(r'action="(/cases/[^"]+/retry)"', page)
    assert retry is not None
    decide_tariffs(joining, joining.clock.now().date())
    assert staff.post_form(retry.group(1)).status_code == 303
    jobs.run_due(joining)
    page = staff.get(f"/cases/{check.instance_id}").get_data(as_text=True)
    assert "Ce qui est à l’arrêt" not in page
    assert "Exprimer ses choix" in page


def test_documents_go_to_those_of_the_case_only(client: LookedAtPages, joining: Engine) -> None:
    add_person(joining, "Ines", "Petit", "EVENTS", password=PASSWORD)
    add_person(joining, "Odile", "Roux", "REGISTRAR", password=PASSWORD)
    apply(client)
    send_proof(client, open_journey(client, joining))
    with reading(joining) as session:
        document = session.scalars(select(StoredFile)).one()
    answer = client.get(f"/files/{document.id}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for who, status in (("ines.petit", 404), ("odile.roux", 200)):
        other = client.application.test_client()
        assert isinstance(other, LookedAtPages)
        assert other.get(f"/files/{document.id}").status_code == 303, "nobody is asked to sign in"
        other.post_form("/sign-in/password", {"email": f"{who}@example.org", "password": PASSWORD})
        assert other.get(f"/files/{document.id}").status_code == status, who


def test_an_erased_document_is_gone(client: LookedAtPages, joining: Engine, settings: Settings) -> None:
    apply(client)
    send_proof(client, open_journey(client, joining))
    assert settings.files_directory is not None
    with transaction(joining) as session:
        document = session.scalars(select(StoredFile)).one()
        erase(session, settings.files_directory, document.id, joining.clock.now())
    assert client.get(f"/files/{document.id}").status_code == 404
    assert [each for each in settings.files_directory.rglob("*") if each.is_file()] == []


def test_a_renamed_picture_is_refused(client: LookedAtPages, joining: Engine) -> None:
    apply(client)
    task = own_task(client, open_journey(client, joining))
    data = {"proof": (io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "diplome.png")}
    answer = client.post_form(task, data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.get_data(as_text=True)


def test_an_applicant_whose_session_ended_goes_on_where_he_was(
    client: LookedAtPages, joining: Engine, clock: VirtualClock
) -> None:
    add_person(joining, "Odile", "Roux", "REGISTRAR", "DATA", "MEMBERSHIP", password=PASSWORD)
    apply(client)
    journey = open_journey(client, joining)
    send_proof(client, journey)
    with reading(joining) as session:
        check = session.scalars(select(UserTask).where(UserTask.state == "created")).one()
    staff = client.application.test_client()
    assert isinstance(staff, LookedAtPages)
    staff.post_form("/sign-in/password", {"email": "odile.roux@example.org", "password": PASSWORD})
    staff.post_form(f"/tasks/{check.id}", {"decision": "ADMIT"})
    clock.advance(timedelta(minutes=1))
    jobs.run_due(joining)
    task, link = own_task(client, journey), newest_link(joining)
    other = client.application.test_client()
    assert isinstance(other, LookedAtPages)
    answer = other.post_form(task, {"directory_identity": "alumni_only", "assoc_news": "NO"})
    assert answer.status_code == 303
    assert "/sign-in" in answer.location
    assert "ce que vous avez saisi est de nouveau dans son formulaire" in other.get(answer.location).get_data(
        as_text=True
    )
    back = other.post_form(link).location
    assert back.startswith(f"{task}?held=")
    again = other.get(back)
    assert again.location == task
    assert "brouillon" in other.get(task).get_data(as_text=True)


def test_given_answers_can_be_read_again(client: LookedAtPages, joining: Engine) -> None:
    apply(client)
    journey = open_journey(client, joining)
    task = own_task(client, journey)
    send_proof(client, journey)
    assert f'href="{task}"' in client.get(journey).get_data(as_text=True)
    page = client.get(task).get_data(as_text=True)
    assert "Vous avez répondu le lundi 23 novembre 2026" in page


def test_somebody_who_phones_is_taken_down_with_channel_and_evidence(
    client: LookedAtPages, joining: Engine
) -> None:  # fmt: skip
    add_person(joining, "Olga", "Test", "MEMBERSHIP", password=PASSWORD)
    desk = client.application.test_client()
    assert isinstance(desk, LookedAtPages)
    assert (
        desk.post_form("/sign-in/password", {"email": "olga.test@example.org", "password": PASSWORD}).status_code == 303
    )
    called = {"behalf_channel": "PHONE", "behalf_words": "Appel du 3 mai, 10 h", "request_key": "p" * 16}

    def send(**more: str) -> tuple[int, str, str]:
        sent = desk.post_form("/start/membership_application", {**JOIN, **called, **more})
        return sent.status_code, sent.get_data(as_text=True), sent.location or ""

    for missing, words in (("behalf_channel", "Choisissez comment"), ("behalf_words", "Écrivez ce qui a été dit")):
        status, page, _ = send(**{missing: ""})
        assert (status, words in page, 'value="Camille"' in page) == (422, True, True)
    status, page, _ = send(birth_name="")
    assert (status, "Appel du 3 mai" in page) == (422, True), "what was said is not typed twice"
    assert count(joining, ProcessInstance) == 0
    assert {send()[0] for _twice in range(2)} == {303}
    with reading(joining) as session:
        case = session.scalars(
            select(ProcessInstance).where(ProcessInstance.process_id == "membership_application")
        ).one()
        said = session.scalars(select(OnBehalf).where(OnBehalf.instance_id == case.id)).one()
        told = session.scalars(select(HistoryEvent.data).where(HistoryEvent.kind == "on_behalf")).all()
    assert (said.channel, said.words, said.element, told) == (
        "PHONE",
        "Appel du 3 mai, 10 h",
        None,
        [{"channel": "PHONE"}],
    )
    page = desk.get(f"/cases/{case.id}").get_data(as_text=True)
    for words in ("par téléphone", "Appel du 3 mai, 10 h", "L’ouverture du dossier"):
        assert words in page, words
    jobs.run_due(joining)
    applicant = client.application.test_client()
    assert isinstance(applicant, LookedAtPages)
    assert "Appel du 3 mai, 10 h" in applicant.get(open_journey(applicant, joining)).get_data(as_text=True)
