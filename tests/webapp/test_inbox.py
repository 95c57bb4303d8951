"""The inbox: lists, taking, completing, drafts, and what happens when somebody else was faster."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from lxml import html
from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.models import ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.cases import DEPLOYER, start_review
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person
from workflows.association.people import Person


def sign_in(client: LookedAtPages, who: str) -> None:
    answer = client.post_form("/sign-in/password", {"email": f"{who}@example.org", "password": PASSWORD})
    assert answer.status_code == 303, answer.get_data(as_text=True)


def open_task(engine: Engine, instance_id: UUID) -> UserTask:
    with reading(engine) as session:
        query = select(UserTask).where(UserTask.instance_id == instance_id, UserTask.state == "created")
        return session.scalars(query).one()


def request_key(page: str) -> str:
    found = re.search(r'name="request_key" value="(\w+)"', page)
    assert found is not None
    return found.group(1)


@pytest.fixture
def case(web_engine: Engine, review: str, anna: Person) -> UUID:
    return start_review(web_engine)


@pytest.fixture
def desk(client: LookedAtPages, case: UUID) -> LookedAtPages:
    """Anna's browser, signed in, with one case in the queue of her role."""
    sign_in(client, "anna.berger")
    return client


def test_the_queue_shows_the_task_and_counts_it(desk: LookedAtPages) -> None:
    page = desk.get("/tasks?tab=queue").get_data(as_text=True)
    assert "Lire le dossier" in page
    assert "Dans 3 jours ouvrés" in page
    assert re.search(r'File.*?<span class="am-tabs__count">1</span>', page, re.S)


def test_the_english_inbox_speaks_english(desk: LookedAtPages) -> None:
    desk.post_form("/language", {"language": "en", "next": "/tasks"})
    page = desk.get("/tasks?tab=queue").get_data(as_text=True)
    assert "Read the file" in page
    assert "In 3 working days" in page


def test_a_late_task_says_so_in_words(desk: LookedAtPages, clock: VirtualClock) -> None:
    clock.advance(timedelta(days=9))
    sign_in(desk, "anna.berger")
    assert "jours ouvrés de retard" in desk.get("/tasks?tab=queue").get_data(as_text=True)


def test_the_figures_of_the_lists_follow_the_late_filter(
    desk: LookedAtPages, web_engine: Engine, clock: VirtualClock
) -> None:
    clock.advance(timedelta(days=9))
    fresh = start_review(web_engine)
    sign_in(desk, "anna.berger")

    def figure(address: str) -> str:
        page = html.document_fromstring(desk.get(address).get_data(as_text=True))
        [tab] = page.xpath("//a[contains(@class, 'am-tabs__link')][contains(., 'File')]")
        assert "En retard seulement (" not in page.text_content(), "what is late of one's own is said there alone"
        return " ".join(tab.text_content().split())

    assert (figure("/tasks?tab=queue"), figure("/tasks?tab=queue&late=1")) == ("File 2", "File 1")
    task = open_task(web_engine, fresh)
    desk.post_form(f"/tasks/{task.id}/claim")
    assert figure("/tasks?late=1") == "File 1"


def test_taking_completing_and_going_on(desk: LookedAtPages, web_engine: Engine, case: UUID) -> None:
    task = open_task(web_engine, case)
    taken = desk.post_form(f"/tasks/{task.id}/claim")
    assert taken.status_code == 303
    page = desk.get(taken.location).get_data(as_text=True)
    assert "Vous avez pris cette tâche" in page
    assert "Pourquoi" in page
    answer = desk.post_form(f"/tasks/{task.id}", {"verdict": "YES", "pages": "12", "request_key": request_key(page)})
    assert answer.status_code == 303
    assert "/tasks" in answer.location
    assert "Lire le dossier" in desk.get("/tasks?tab=archive").get_data(as_text=True)
    assert open_task(web_engine, case).element == "send_file"


def test_the_same_post_twice_gets_the_same_answer(desk: LookedAtPages, web_engine: Engine, case: UUID) -> None:
    task = open_task(web_engine, case)
    sent = {"verdict": "YES", "request_key": uuid4().hex}
    first, second = (desk.post_form(f"/tasks/{task.id}", sent) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, "/tasks")


def test_wrong_answers_are_shown_again_with_what_was_typed(desk: LookedAtPages, web_engine: Engine, case: UUID) -> None:
    task = open_task(web_engine, case)
    answer = desk.post_form(f"/tasks/{task.id}", {"pages": "1000"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="1000"' in page
    assert "<title>Erreur" in page
    assert "govuk-error-summary" in page
    assert open_task(web_engine, case).id == task.id


def test_somebody_else_was_faster_to_take(desk: LookedAtPages, web_engine: Engine, case: UUID) -> None:
    add_person(web_engine, "Paul", "Durand", "MEMBERSHIP", password=PASSWORD)
    task = open_task(web_engine, case)
    other = desk.application.test_client()
    assert isinstance(other, LookedAtPages)
    sign_in(other, "paul.durand")
    assert other.post_form(f"/tasks/{task.id}/claim").status_code == 303
    answer = desk.post_form(f"/tasks/{task.id}/claim")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Paul Durand a déjà pris cette tâche" in page
    assert "data-typed " not in page, "nothing was typed"
    sent = desk.post_form(f"/tasks/{task.id}", {"verdict": "YES", "pages": "37"})
    assert sent.status_code == 409
    assert ">37<" in sent.get_data(as_text=True)
    assert ">37<" in desk.get(f"/tasks/{task.id}").get_data(as_text=True), "it is kept as a draft"
    assert other.post_form(f"/tasks/{task.id}/release").status_code == 303
    assert 'value="37"' in desk.get(f"/tasks/{task.id}").get_data(as_text=True)


def test_a_stale_task_keeps_what_was_typed(desk: LookedAtPages, web_engine: Engine, case: UUID) -> None:
    add_person(web_engine, "Paul", "Durand", "MEMBERSHIP", password=PASSWORD)
    task = open_task(web_engine, case)
    other = desk.application.test_client()
    assert isinstance(other, LookedAtPages)
    sign_in(other, "paul.durand")
    assert other.post_form(f"/tasks/{task.id}", {"verdict": "NO"}).status_code == 303
    answer = desk.post_form(f"/tasks/{task.id}", {"verdict": "YES", "pages": "37"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Paul Durand a déjà terminé cette tâche" in page
    assert ">37<" in page


def test_a_draft_survives_a_reload_and_ends_with_the_task(desk: LookedAtPages, web_engine: Engine, case: UUID) -> None:
    task = open_task(web_engine, case)
    saved = desk.post_form(f"/tasks/{task.id}/draft", {"pages": "abc"})
    assert saved.status_code == 303
    page = desk.get(f"/tasks/{task.id}").get_data(as_text=True)
    assert 'value="abc"' in page
    assert "brouillon" in page
    quiet = desk.post_form(f"/tasks/{task.id}/draft", {"pages": "41"}, headers={"Accept": "application/json"})
    assert quiet.status_code == 204
    assert 'value="41"' in desk.get(f"/tasks/{task.id}").get_data(as_text=True)
    desk.post_form(f"/tasks/{task.id}", {"verdict": "YES"})
    assert 'value="41"' not in desk.get(f"/tasks/{task.id}").get_data(as_text=True)


def test_a_session_that_ended_in_the_middle_of_a_form_loses_nothing(
    desk: LookedAtPages, web_engine: Engine, case: UUID, clock: VirtualClock
) -> None:
    task, token = open_task(web_engine, case), desk.csrf_token()
    clock.advance(timedelta(hours=13))
    answer = desk.post(f"/tasks/{task.id}", data={"pages": "58", "csrf_token": token})
    assert answer.status_code == 303
    assert "/sign-in" in answer.location
    (target,) = parse_qs(urlsplit(answer.location).query)["next"]
    sign_in(desk, "anna.berger")
    again = desk.get(target)
    assert again.status_code == 303
    assert 'value="58"' in desk.get(again.location).get_data(as_text=True)


def test_an_empty_list_is_restful_and_says_what_can_be_taken(
    desk: LookedAtPages, web_engine: Engine, case: UUID
) -> None:
    mine = desk.get("/tasks").get_data(as_text=True)
    assert "Rien ne vous attend." in mine and "am-rest__mark" in mine
    assert "1 tâche de la file peut être prise" in mine
    with transaction(web_engine) as session:
        commands.cancel(session, web_engine, case, by=DEPLOYER)
    assert "La file est vide." in desk.get("/tasks?tab=queue").get_data(as_text=True)
    assert "peut être prise" not in desk.get("/tasks").get_data(as_text=True)
    none = desk.get("/tasks?tab=queue&q=nobody").get_data(as_text=True)
    assert "Aucune tâche ne correspond." in none and "Tout afficher" in none
    desk.post_form("/language", {"language": "en"})
    assert "Nothing waits for you." in desk.get("/tasks").get_data(as_text=True)


def test_the_pulse_is_quiet_until_something_comes(desk: LookedAtPages, web_engine: Engine, clock: VirtualClock) -> None:
    page = desk.get("/tasks?tab=queue").get_data(as_text=True)
    address = re.search(r'data-pulse="([^"]+)"', page)
    assert address is not None
    url = address.group(1).replace("&amp;", "&")
    assert desk.get(url, headers={"If-None-Match": '"news-0"'}).status_code == 304
    clock.advance(timedelta(minutes=1))
    start_review(web_engine)
    answer = desk.get(url, headers={"If-None-Match": '"news-0"'})
    assert answer.status_code == 200
    assert answer.get_json() == {"words": "1 nouvelle tâche"}


def test_foreign_tasks_do_not_exist(desk: LookedAtPages, web_engine: Engine, case: UUID) -> None:
    add_person(web_engine, "Ines", "Petit", "EVENTS", password=PASSWORD)
    task = open_task(web_engine, case)
    other = desk.application.test_client()
    assert isinstance(other, LookedAtPages)
    sign_in(other, "ines.petit")
    for path in (f"/tasks/{task.id}", f"/tasks/{uuid4()}", f"/cases/{case}"):
        assert other.get(path).status_code == 404, path
    for act in ("", "/claim", "/release", "/draft"):
        assert other.post_form(f"/tasks/{task.id}{act}", {"verdict": "YES"}).status_code == 404, act
    assert "Lire le dossier" not in other.get("/tasks?tab=queue").get_data(as_text=True)
    assert "REV-1" not in other.get("/cases?q=REV").get_data(as_text=True)


def test_only_fields_of_the_deployed_form_reach_the_case(desk: LookedAtPages, web_engine: Engine, case: UUID) -> None:
    task = open_task(web_engine, case)
    sent = {"verdict": "YES", "admin": "true", "__class__": "x", "applicant_actor": "person:me"}
    assert desk.post_form(f"/tasks/{task.id}", sent).status_code == 303
    with reading(web_engine) as session:
        state = session.scalars(select(ProcessInstance.state).where(ProcessInstance.id == case)).one()
    assert "verdict" in state
    assert "person:me" not in state
    assert "admin" not in state


@pytest.mark.parametrize("text", ["lire", "LIRE LE", "REV-1"])
def test_a_task_is_found_by_its_name_and_number(desk: LookedAtPages, text: str) -> None:
    page = desk.get("/tasks", query_string={"tab": "queue", "q": text}).get_data(as_text=True)
    assert "Lire le dossier" in page


def test_a_search_speaks_the_readers_language(desk: LookedAtPages, web_engine: Engine, case: UUID) -> None:
    desk.post_form("/language", {"language": "en", "next": "/tasks"})
    assert "Read the file" in desk.get("/tasks?tab=queue&q=read+the").get_data(as_text=True)
    assert "No task matches" in desk.get("/tasks?tab=queue&q=nothing+such").get_data(as_text=True)
    following = open_task(web_engine, start_review(web_engine)).id
    answer = desk.post_form(f"/tasks/{open_task(web_engine, case).id}?tab=queue&q=read+the", {"verdict": "YES"})
    assert urlsplit(answer.location).path == f"/tasks/{following}"


def test_a_draft_of_a_task_that_is_done_is_shown_not_lost(desk: LookedAtPages, web_engine: Engine, case: UUID) -> None:
    task = open_task(web_engine, case)
    desk.post_form(f"/tasks/{task.id}", {"verdict": "YES"})
    answer = desk.post_form(f"/tasks/{task.id}/draft", {"pages": "77"})
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "Anna Berger a déjà terminé cette tâche" in page
    assert "77" in page


def test_a_completion_is_undone_with_what_was_answered(desk: LookedAtPages, web_engine: Engine, case: UUID) -> None:
    task = open_task(web_engine, case)
    done = desk.post_form(f"/tasks/{task.id}", {"verdict": "NO", "pages": "44"})
    offered = desk.get(done.location).get_data(as_text=True)
    assert "Annuler la réponse" in offered
    assert "data-undo" in offered
    assert "data-undo" in desk.get(f"/tasks/{task.id}").get_data(as_text=True)  # later too, on its own page
    undone = desk.post_form("/tasks/undo", {"task": str(task.id)})
    assert undone.location.startswith(f"/tasks/{task.id}")
    page = desk.get(undone.location).get_data(as_text=True)
    assert "est de nouveau ouverte" in page
    assert 'value="44"' in page
    assert open_task(web_engine, case).id == task.id


def test_what_cannot_be_undone_says_why(desk: LookedAtPages, web_engine: Engine, case: UUID) -> None:
    task = open_task(web_engine, case)
    desk.post_form(f"/tasks/{task.id}", {"verdict": "NO"})
    with transaction(web_engine) as session:
        commands.set_variables(session, web_engine, case, {"n": 1}, by=Actor(f"person:{uuid4()}", "X"))
    assert desk.post_form("/tasks/undo", {"task": str(task.id)}).location == "/tasks"
    told = desk.get("/tasks").get_data(as_text=True)
    assert "est intervenu·e dans ce dossier après vous" in told
    add_person(web_engine, "Eve", "Nemo", "EVENTS", password=PASSWORD)
    stranger = desk.application.test_client()
    assert isinstance(stranger, LookedAtPages)
    sign_in(stranger, "eve.nemo")
    for sent in ({"task": str(task.id)}, {"task": str(uuid4())}, {"task": "x"}, {}):
        assert stranger.post_form("/tasks/undo", sent).status_code == 404


def test_a_task_of_a_suspended_case_says_so_before_it_is_answered(
    desk: LookedAtPages, web_engine: Engine, case: UUID
) -> None:
    task = f"/tasks/{open_task(web_engine, case).id}"
    assert "data-suspended" not in desk.get(task).get_data(as_text=True)
    with transaction(web_engine) as session:
        commands.suspend(session, web_engine, case, by=SYSTEM, reason="test")
    page = desk.get(task).get_data(as_text=True)
    assert "data-suspended" in page
    assert "Ce dossier est suspendu" in page
