"""Tasks that move between people and days, one or many at once; each by itself, with what could not be done said."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import cast
from uuid import UUID

import pytest
from lxml import html
from sqlalchemy import delete, select

from engine import commands, inbox
from engine.assignment import Actor
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.inbox import Filters, Order
from engine.jobs import run_due
from engine.models import UserTask
from engine.shapes import place_in
from engine.transaction import reading, transaction
from tests.fixtures.cases import DEPLOYER, HEAD, start_review
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person
from tests.webapp.test_cases import browser_of
from tests.webapp.test_inbox import open_task
from webapp.comments.store import Comment
from webapp.inbox.asking import Question
from workflows.association import person_search
from workflows.association.mails import Mail
from workflows.association.people import Person
from workflows.association.roles import RoleHolding

OWN = (
    HEAD
    + """
  <bpmn:process id="own" name="Demande" isExecutable="true">
    <bpmn:startEvent id="asked" /><bpmn:sequenceFlow id="to_decide" sourceRef="asked" targetRef="decide" />
    <bpmn:userTask id="decide" name="Décider"><bpmn:extensionElements><zeebe:userTask />
      <zeebe:assignmentDefinition candidateGroups="MEMBERSHIP" />
      <zeebe:properties>
        <zeebe:property name="task.excluded" value="=[&quot;person:&quot; + person_id]" />
      </zeebe:properties></bpmn:extensionElements></bpmn:userTask>
    <bpmn:sequenceFlow id="to_over" sourceRef="decide" targetRef="over" /><bpmn:endEvent id="over" />
  </bpmn:process>
</bpmn:definitions>"""
).encode()


@pytest.fixture
def cases(web_engine: Engine, review: str) -> list[UUID]:
    return [start_review(web_engine) for _ in range(3)]


@pytest.fixture
def odile(web_engine: Engine) -> Person:
    return add_person(web_engine, "Odile", "Roux", "MEMBERSHIP", password=PASSWORD)


@pytest.fixture
def desk(client: LookedAtPages, web_engine: Engine, cases: list[UUID]) -> LookedAtPages:
    return browser_of(client, web_engine, "MEMBERSHIP")


def _tasks(engine: Engine, cases: list[UUID]) -> list[str]:
    return [str(open_task(engine, case).id) for case in cases]


def _holders(engine: Engine, tasks: list[str]) -> list[str | None]:
    with reading(engine) as session:
        return [session.get_one(UserTask, UUID(task)).assignee for task in tasks]


def _text(person: LookedAtPages, path: str = "/tasks") -> str:
    return person.get(path).get_data(as_text=True).replace("\u00a0", " ")


def test_many_are_taken_and_given_back(desk: LookedAtPages, web_engine: Engine, cases: list[UUID]) -> None:
    tasks = _tasks(web_engine, cases)
    assert _text(desk, "/tasks?tab=queue").count("data-select>") == 3
    assert desk.post_form("/tasks/selected/take", {"task": tasks}).status_code == 303
    assert "3 tâches sont à vous." in _text(desk)
    assert len(set(_holders(web_engine, tasks))) == 1
    assert (
        desk.post_form("/tasks/selected/release?tab=queue", {"task": tasks[:2]}).headers["Location"].endswith("queue")
    )
    assert [holder is None for holder in _holders(web_engine, tasks)] == [True, True, False]


def test_what_somebody_was_faster_with_is_said_and_keeps_no_other(
    desk: LookedAtPages, client: LookedAtPages, web_engine: Engine, cases: list[UUID], odile: Person
) -> None:
    tasks = _tasks(web_engine, cases)
    sent = {"email": "odile.roux@example.org", "password": PASSWORD}
    assert client.post_form("/sign-in/password", sent).status_code == 303
    assert client.post_form("/tasks/selected/take", {"task": tasks[1:2]}).status_code == 303
    assert desk.post_form("/tasks/selected/take", {"task": tasks}).status_code == 303
    told = _text(desk)
    assert "2 tâches sont à vous." in told
    assert "Lire le dossier : Odile Roux a déjà pris cette tâche" in told


def test_a_colleague_gets_the_tasks_with_a_note(
    desk: LookedAtPages, web_engine: Engine, cases: list[UUID], odile: Person
) -> None:
    tasks = _tasks(web_engine, cases)
    desk.post_form("/tasks/selected/take", {"task": tasks})
    asked = desk.post_form("/tasks/selected/give", {"task": tasks[:2]})
    assert asked.status_code == 200
    assert "Odile Roux" in asked.get_data(as_text=True)
    unsaid = {"task": tasks[:2], "answered": "1", "note": "urgent", "back": "1"}
    nobody = desk.post_form("/tasks/selected/give", unsaid)
    assert nobody.status_code == 422
    refused = nobody.get_data(as_text=True)
    assert ">urgent</textarea>" in refused and 'name="back" value="1" checked' in refused
    given = {"task": tasks[:2], "answered": "1", "to": f"person:{odile.id}", "note": "la photo manque"}
    assert desk.post_form("/tasks/selected/give", given).status_code == 303
    assert "2 tâches sont maintenant chez Odile Roux." in _text(desk)
    assert _holders(web_engine, tasks)[:2] == [f"person:{odile.id}"] * 2
    with reading(web_engine) as session:
        notes = session.scalars(select(Comment.text)).all()
    assert list(notes) == ["Pour Odile Roux : la photo manque".replace(" :", "\u00a0:")] * 2


def test_what_was_given_goes_back_to_where_it_was_at_one_press(
    desk: LookedAtPages,
    client: LookedAtPages,
    web_engine: Engine,
    cases: list[UUID],
    odile: Person,
    clock: VirtualClock,
) -> None:
    tasks = _tasks(web_engine, cases)
    desk.post_form("/tasks/selected/take", {"task": tasks[:1]})
    assert _offered(desk) == tasks[:1] and "Rendre ce que vous avez pris" in _text(desk)
    desk.post_form("/tasks/selected/give", {"task": tasks, "answered": "1", "to": f"person:{odile.id}", "back": "1"})
    assert _offered(desk) == sorted(tasks) and "Reprendre les 3 tâches que vous avez confiées" in _text(desk)
    other = _signed_in(client, "odile.roux")
    assert other.post_form(f"/tasks/{tasks[2]}/draft", {"pages": "3"}).status_code in {200, 204, 303}
    clock.advance(timedelta(minutes=1))
    assert desk.post_form("/tasks/selected/back", {"task": tasks}).status_code == 303
    told = _text(desk)
    assert "2 tâches sont revenues là où elles étaient." in told
    assert "Lire le dossier : « Lire le dossier » reste où elle est" in told, "what a colleague began is his"
    alex = _actor_of(web_engine, "membership")
    assert _holders(web_engine, tasks) == [alex, None, f"person:{odile.id}"]
    assert _offered(desk) == tasks[2:]
    with reading(web_engine) as session:
        assert [row.task_id for row in session.scalars(select(Question))] == [UUID(tasks[2])]
    desk.post_form("/tasks/selected/back", {"task": tasks[:2]})
    assert _holders(web_engine, tasks)[:2] == [alex, None], "what was not given is not taken back"
    clock.advance(timedelta(minutes=11))
    assert _offered(desk) == []
    desk.post_form("/tasks/selected/back", {"task": tasks[2:]})
    assert _holders(web_engine, tasks)[2] == f"person:{odile.id}", "the while is over"
    assert other.post_form("/tasks/selected/back", {"task": tasks[2:]}).status_code == 303
    assert _holders(web_engine, tasks)[2] == f"person:{odile.id}", "nor does anybody else"


def test_who_was_asked_and_asked_on_is_asked_again_when_he_takes_it_back(
    desk: LookedAtPages, client: LookedAtPages, web_engine: Engine, cases: list[UUID], odile: Person
) -> None:
    paul = add_person(web_engine, "Paul", "Roux", "MEMBERSHIP", password=PASSWORD)
    [task] = _tasks(web_engine, cases)[:1]
    ask = {"task": [task], "answered": "1", "back": "1"}
    desk.post_form("/tasks/selected/give", {**ask, "to": f"person:{odile.id}"})
    hers = _signed_in(client, "odile.roux")
    hers.post_form("/tasks/selected/give", {**ask, "to": f"person:{paul.id}"})
    hers.post_form("/tasks/selected/back", {"task": [task]})
    with reading(web_engine) as session:
        found = session.scalars(select(Question)).one()
        assert (found.asker, found.holder) == (_actor_of(web_engine, "membership"), f"person:{odile.id}")


def test_what_was_put_off_is_put_off_again_when_it_is_taken_back_and_twice_is_once(
    desk: LookedAtPages, web_engine: Engine, cases: list[UUID], odile: Person, clock: VirtualClock
) -> None:
    tasks = _tasks(web_engine, cases)[:2]
    desk.post_form("/tasks/selected/take", {"task": tasks[:1]})
    day = (clock.now().date() + timedelta(days=4)).isoformat()
    desk.post_form("/tasks/selected/later", {"task": tasks[:1], "answered": "1", "day": "other", "other": day})
    until = open_task(web_engine, cases[0]).follow_up_at
    desk.post_form("/tasks/selected/give", {"task": tasks, "answered": "1", "to": f"person:{odile.id}"})
    clock.advance(timedelta(minutes=1))
    for _press in range(2):
        desk.post_form("/tasks/selected/back", {"task": tasks})
        told = _text(desk)
        assert "2 tâches sont revenues là où elles étaient." in told and "reste où elle est" not in told
    assert until is not None and open_task(web_engine, cases[0]).follow_up_at == until
    assert _holders(web_engine, tasks) == [_actor_of(web_engine, "membership"), None]


def test_what_only_its_holder_may_do_goes_back_to_its_queue(
    desk: LookedAtPages, web_engine: Engine, odile: Person
) -> None:
    excluded = OWN[OWN.index(b"<zeebe:properties>") : OWN.index(b"</zeebe:properties>")]
    personal = b'<zeebe:properties><zeebe:property name="task.personal" value="signature" />'
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, {"own.bpmn": OWN.replace(excluded, personal)}, by=DEPLOYER)
        case = commands.start(session, web_engine, "own", {}, by=DEPLOYER).instance_id
    task = str(open_task(web_engine, case).id)
    desk.post_form("/tasks/selected/give", {"task": [task], "answered": "1", "to": f"person:{odile.id}"})
    assert _holders(web_engine, [task]) == [f"person:{odile.id}"]
    assert _offered(desk) == [task]
    desk.post_form("/tasks/selected/back", {"task": [task]})
    assert _holders(web_engine, [task]) == [None]


def test_a_colleagues_words_are_read_in_his_language(
    desk: LookedAtPages, client: LookedAtPages, web_engine: Engine, cases: list[UUID]
) -> None:
    paul = add_person(web_engine, "Paul", "Roux", "MEMBERSHIP", password=PASSWORD, lang="en")
    task = _tasks(web_engine, cases)[0]
    desk.post_form("/tasks/selected/give", {"task": [task], "answered": "1", "to": f"person:{paul.id}", "note": "vite"})
    his = _signed_in(client, "paul.roux")
    assert '<span lang="fr">Pour Paul Roux' in _text(his, f"/tasks/{task}")
    his.post_form(f"/cases/{cases[0]}/comments", {"text": "He called back."})
    assert '<p class="govuk-body am-comment__text" lang="en">He called back.' in _text(desk, f"/cases/{cases[0]}")
    assert '<p class="govuk-body am-comment__text">He called back.' in _text(his, f"/cases/{cases[0]}")


def _offered(person: LookedAtPages) -> list[str]:
    forms = html.document_fromstring(person.get("/tasks").get_data(as_text=True)).xpath("//form[.//@data-moved]")
    return sorted(text for form in forms for name, text in form.form_values() if name == "task")


def test_nobody_gets_what_he_may_not_do(
    desk: LookedAtPages, web_engine: Engine, cases: list[UUID], anna: Person
) -> None:
    stranger = add_person(web_engine, "Eve", "Nemo", "EVENTS")
    tasks = _tasks(web_engine, cases)
    for actor in (f"person:{stranger.id}", "person:nobody", "system", ""):
        given = {"task": tasks, "answered": "1", "to": actor}
        assert desk.post_form("/tasks/selected/give", given).status_code == 422
    assert _holders(web_engine, tasks) == [None] * 3


def test_what_is_put_off_comes_back_in_the_morning(
    desk: LookedAtPages, web_engine: Engine, cases: list[UUID], clock: VirtualClock
) -> None:
    tasks = _tasks(web_engine, cases)
    desk.post_form("/tasks/selected/take", {"task": tasks})
    assert "Le prochain jour ouvré" in desk.post_form("/tasks/selected/later", {"task": tasks}).get_data(as_text=True)
    today = clock.now().date()
    for wrong in ({"day": ""}, {"day": "other", "other": "31/12"}, {"day": today.isoformat()}):
        refused = desk.post_form("/tasks/selected/later", {"task": tasks, "answered": "1", **wrong})
        assert refused.status_code == 422
        shown = refused.get_data(as_text=True)
        assert ('value="other" checked' in shown) == (wrong["day"] == "other")
        assert f'name="other" value="{wrong.get("other", "")}"' in shown
    chosen = {"task": tasks[:2], "answered": "1", "day": "other", "other": (today + timedelta(days=4)).isoformat()}
    assert desk.post_form("/tasks/selected/later", chosen).status_code == 303
    assert _text(desk).count("data-row") == 1
    assert _text(desk, "/tasks?tab=later").count("de retour le") == 2
    assert "Reportée au" in _text(desk, f"/tasks/{tasks[0]}")
    assert desk.post_form("/tasks/selected/now", {"task": tasks[:1]}).status_code == 303
    assert _text(desk).count("data-row") == 2
    assert desk.post_form(f"/tasks/{tasks[1]}", {"verdict": "YES"}).status_code == 303
    assert "de retour le" not in _text(desk, "/tasks?tab=archive")
    assert desk.post_form("/tasks/undo", {"task": tasks[1:2]}).status_code == 303
    clock.advance(timedelta(days=5))
    again = {"email": "alex.membership@example.org", "password": PASSWORD}
    assert desk.post_form("/sign-in/password", again).status_code == 303
    assert _text(desk).count("data-row") == 3
    assert "Plus tard" not in _text(desk)


def test_a_colleague_is_reminded_once_a_day_and_a_head_gives_on_what_he_has(
    desk: LookedAtPages, client: LookedAtPages, web_engine: Engine, cases: list[UUID], odile: Person
) -> None:
    tasks = _tasks(web_engine, cases)
    _signed_in(client, "odile.roux").post_form("/tasks/selected/take", {"task": tasks[:2]})
    assert _text(desk, "/tasks?tab=team").count("data-select>") == 2
    assert "Odile Roux" in _text(desk, "/tasks?tab=team")
    looked = desk.post_form("/tasks/selected/remind?tab=team", {"task": tasks})
    shown = looked.get_data(as_text=True).replace("\u00a0", " ")
    assert shown.count(">Odile Roux</dd>") == 3
    assert "Rappeler 3 tâches" in shown, "what nobody has taken goes to all who may take it"
    with reading(web_engine) as session:
        assert session.scalars(select(Mail)).all() == [], "a look sends nothing"
    asked = {"task": tasks[:2], "answered": "1"}
    assert desk.post_form("/tasks/selected/remind?tab=team", asked).status_code == 303
    assert "2 rappels sont partis." in _text(desk)
    some = desk.post_form("/tasks/selected/remind", {"task": tasks}).get_data(as_text=True)
    assert re.findall(r'name="task" value="([^"]+)"', some) == tasks[2:], "the button counts what is sent"
    again = desk.post_form("/tasks/selected/remind", {"task": tasks[:1]}).get_data(as_text=True)
    assert "a déjà été rappelée aujourd’hui" in again and 'name="answered"' not in again
    desk.post_form("/tasks/selected/remind", {"task": tasks[:1], "answered": "1"})
    assert "a déjà été rappelée aujourd’hui" in _text(desk)
    with reading(web_engine) as session:
        told = session.scalars(select(Mail.text).where(Mail.person_id == odile.id)).all()
    assert {text.rpartition("/tasks/")[2] for text in told} == set(tasks[:2])
    given = {"task": tasks[:1], "answered": "1", "to": f"person:{odile.id}"}
    desk.post_form("/tasks/selected/give", {**given, "to": "person:x"})
    assert _holders(web_engine, tasks)[0] == f"person:{odile.id}"
    head = browser_of(client, web_engine, "GENERAL_DELEGATE")
    shown = _text(head, f"/tasks/{tasks[0]}")
    assert "data-give" in shown
    assert "data-remind" in shown
    alex = _actor_of(web_engine, "membership")
    assert head.post_form("/tasks/selected/give?tab=team", {**given, "to": alex}).status_code == 303
    assert _holders(web_engine, tasks)[0] == alex


def test_why_nobody_is_reminded(desk: LookedAtPages, web_engine: Engine, cases: list[UUID]) -> None:
    tasks = _tasks(web_engine, cases)
    asked = {"task": tasks[:1]}
    assert "vous êtes la seule personne à avoir ce rôle" in _sent(desk, "remind", asked)
    with transaction(web_engine) as session:
        session.execute(delete(RoleHolding).where(RoleHolding.role == "MEMBERSHIP"))
    head = browser_of(desk, web_engine, "GENERAL_DELEGATE")
    assert "personne n’a ce rôle aujourd’hui" in _sent(head, "remind", asked)
    lone = add_person(web_engine, "Sans", "Adresse", "MEMBERSHIP")
    with transaction(web_engine) as session:
        known = session.get_one(Person, lone.id)
        known.emails.clear()
    assert "l’adresse de la personne attendue est inconnue" in _sent(head, "remind", asked)


def _sent(person: LookedAtPages, act: str, form: dict[str, object]) -> str:
    return person.post_form(f"/tasks/selected/{act}", form).get_data(as_text=True).replace("\u00a0", " ")


def _actor_of(engine: Engine, name: str) -> str:
    with reading(engine) as session:
        [found] = person_search.find(session, name)
        return f"person:{found.id}"


@pytest.mark.parametrize("order", ["due", "priority", "oldest", "newest"])
def test_lists_stand_in_the_order_that_is_asked_for(
    desk: LookedAtPages, web_engine: Engine, cases: list[UUID], clock: VirtualClock, order: str
) -> None:
    tasks = _tasks(web_engine, cases)
    with transaction(web_engine) as session:
        for number, task in enumerate(tasks):
            row = session.get_one(UserTask, UUID(task))
            row.created_at = clock.now() - timedelta(days=number)
            row.priority = (50, 90, 75)[number]
            row.rank_at = clock.now() + timedelta(days=(5, 9, 7)[number])
    wanted = {"due": (0, 2, 1), "priority": (1, 2, 0), "oldest": (2, 1, 0), "newest": (0, 1, 2)}[order]
    page = _text(desk, f"/tasks?tab=queue&sort={order}")
    assert re.findall(r'id="task-([0-9a-f-]+)"', page) == [tasks[number] for number in wanted]
    assert page.count("Important") == 2
    with reading(web_engine) as session:
        actor, filters = Actor("person:x", "", frozenset({"MEMBERSHIP"})), Filters(order=cast("Order", order))
        first = inbox.queue(session, actor, filters, limit=1)[0]
        rest = inbox.queue(session, actor, filters, place_in(filters.order, first))
        assert [str(row.id) for row in (first, *rest)] == [tasks[number] for number in wanted]


@pytest.mark.parametrize("act", ["take", "release", "give", "back", "later", "now", "remind"])
def test_what_is_not_theirs_does_not_exist(
    client: LookedAtPages, web_engine: Engine, cases: list[UUID], act: str
) -> None:
    tasks = _tasks(web_engine, cases)
    member = browser_of(client, web_engine, "")
    assert member.post_form(f"/tasks/selected/{act}", {"task": tasks, "answered": "1"}).status_code == 403
    foreign = browser_of(client, web_engine, "EVENTS")
    sent = {"task": tasks, "answered": "1", "to": "person:x", "day": "2027-01-31"}
    assert foreign.post_form(f"/tasks/selected/{act}", sent).status_code in {303, 404}
    assert "Lire le dossier" not in _text(foreign)
    assert _holders(web_engine, tasks) == [None] * 3
    for nothing in ({}, {"task": "x"}):
        assert foreign.post_form(f"/tasks/selected/{act}", nothing).status_code == 404


def test_why_a_task_is_seen_is_true_of_whoever_took_it_and_of_whoever_was_given_it(
    client: LookedAtPages, web_engine: Engine, cases: list[UUID], odile: Person
) -> None:
    task = _tasks(web_engine, cases)[0]
    colleague = browser_of(client, web_engine, "MEMBERSHIP")
    assert "Elle attend dans la file du rôle « Adhésions »" in _text(colleague, f"/tasks/{task}")
    colleague.post_form(f"/tasks/{task}/claim")
    assert "Vous l’avez prise dans la file" in _text(colleague, f"/tasks/{task}")
    desk = _signed_in(client, "odile.roux")
    assert "Elle vient de la file du rôle « Adhésions », que vous tenez" in _text(desk, f"/tasks/{task}")
    colleague.post_form("/tasks/selected/give", {"task": task, "answered": "1", "to": f"person:{odile.id}"})
    assert "vous l’a confiée" in _text(desk, f"/tasks/{task}")
    assert "Vous l’avez prise" not in _text(desk, f"/tasks/{task}")


def test_whose_own_matter_it_is_sees_why_he_cannot_do_it(
    client: LookedAtPages, web_engine: Engine, odile: Person
) -> None:
    person = browser_of(client, web_engine, "MEMBERSHIP")
    with transaction(web_engine) as session:
        [own] = [each.id for each in person_search.find(session, "membership")]
        commands.deploy(session, web_engine, {"own.bpmn": OWN}, by=DEPLOYER)
        case = commands.start(session, web_engine, "own", {"person_id": str(own)}, by=DEPLOYER).instance_id
    task = open_task(web_engine, case).id
    assert "data-row" not in _text(person, "/tasks?tab=queue")
    shown = _text(person, f"/tasks/{task}")
    assert "Elle vous concerne" in shown
    assert "data-complete" not in shown
    assert "data-claim" not in shown
    for path in (f"/tasks/{task}", f"/tasks/{task}/claim"):
        refused = person.post_form(path, {"request_key": "x" * 16})
        assert refused.status_code == 403
        assert "vous concerne" in refused.get_data(as_text=True)
    assert "data-row" in _text(_signed_in(client, "odile.roux"), "/tasks?tab=queue")


def _signed_in(client: LookedAtPages, who: str) -> LookedAtPages:
    client.post_form("/sign-in/password", {"email": f"{who}@example.org", "password": PASSWORD})
    return client


def test_whoever_is_told_of_late_tasks_reads_his_language_and_finds_a_link(
    client: LookedAtPages, web_engine: Engine, cases: list[UUID], clock: VirtualClock
) -> None:
    reader = add_person(web_engine, "Ida", "Stone", "MEMBERSHIP", "GENERAL_DELEGATE", lang="en")
    [task, *_others] = _tasks(web_engine, cases)
    clock.advance(timedelta(days=9))
    run_due(web_engine)
    told = select(Mail).where(Mail.person_id == reader.id, Mail.key.startswith(f"task:{task}:"))
    with reading(web_engine) as session:
        found = {mail.subject: mail.html for mail in session.scalars(told)}
    assert {*found} == {"Reminder: “Read the file”", "Overdue: “Read the file”", "Long overdue: “Read the file”"}
    assert all(re.search(rf'<a href="[^"]+/tasks/{task}">', html) for html in found.values())
    history = browser_of(client, web_engine, "MEMBERSHIP").get(f"/cases/{cases[0]}").get_data(as_text=True)
    assert set(re.findall("Lire le dossier.{2} (dépasse son délai|est en retard)", history)) == {
        "dépasse son délai",
        "est en retard",
    }


@pytest.mark.parametrize("act", ["selected/give", "selected/later", "selected/remind", "stack/"])
def test_an_address_alone_leads_back_to_the_list_with_a_word(desk: LookedAtPages, act: str) -> None:
    led = desk.get(f"/tasks/{act}?tab=queue")
    assert (led.status_code, led.location) == (303, "/tasks?tab=queue")
    assert "Cochez d’abord des tâches" in _text(desk, led.location)


@pytest.mark.parametrize("act", ["selected/give", "selected/later", "selected/remind", "stack/"])
def test_the_language_is_changed_on_a_page_about_selected_tasks(
    desk: LookedAtPages, web_engine: Engine, cases: list[UUID], odile: Person, act: str
) -> None:
    tasks = _tasks(web_engine, cases)
    page = html.document_fromstring(desk.post_form(f"/tasks/{act}?tab=queue", {"task": tasks}).get_data(as_text=True))
    [form] = [each for each in page.forms if f"/tasks/{act}" in each.get("action", "")]
    [button] = page.xpath("//button[@data-keep]")
    assert button.get("data-keep") == form.get("id"), "it sends the form of the page"
    typed: dict[str, list[str]] = {}
    for name, text in form.form_values():
        typed.setdefault(name, []).append(text)
    typed |= TYPED_BEFORE.get(act, {})
    switched = desk.post_form(button.get("data-keep-at"), typed)
    shown = desk.get(switched.location)
    text = shown.get_data(as_text=True)
    assert (shown.status_code, '<html lang="en"' in text) == (200, True)
    assert sorted(set(re.findall(r'name="task" value="([^"]+)"', text))) == sorted(tasks), "the selection stays"
    assert text.count(">Read the file") >= (3 if act == "selected/give" else 1), "they are in view"
    for words in SHOWN_AGAIN.get(act, ()):
        assert words in text
    assert "before your session ended" not in text


TYPED_BEFORE = {
    "selected/give": {"note": ["la photo manque"], "back": ["1"]},
    "selected/later": {"day": ["other"], "other": ["2027-03-04"]},
    "stack/": {"pages": ["17"]},
}
SHOWN_AGAIN = {
    "selected/give": ("la photo manque</textarea>", 'name="back" value="1" checked'),
    "selected/later": ('value="2027-03-04"', 'value="other" checked'),
    "stack/": ('value="17"',),
}
