"""Nothing tells of a case that one may not see: no page, list, figure beside a tab, search or answer of the API is
other than before it existed, and no refusal repeats a word of it. Whoever may do a task may read its case."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from engine import commands
from engine.assignment import Actor
from engine.engine import Engine
from engine.models import Incident, UserTask
from engine.transaction import transaction
from tests.fixtures.cases import DEPLOYER
from tests.fixtures.diagrams import end, process, start, user_task
from tests.fixtures.pages import LookedAtPages
from tests.security.test_web_matrix import FOREIGN, OPEN_LINKS, address, ask
from tests.security.web import Place, at_desk, browser
from webapp.api import tokens
from webapp.comments import store as comments
from webapp.drafts import store as drafts
from webapp.files import store as files
from webapp.settings import Settings
from workflows.association.people import Person

WORD: Final = "Quagmarvel"
KEY: Final = f"{WORD}-4711"
SEARCHES: Final = ("quagmar", "4711", "Lire le dossier")  # what finds it for whoever may see it, without saying it all
LISTS: Final = (
    *(f"/tasks?tab={tab}" for tab in ("mine", "later", "queue", "team", "archive")), "/tasks?process=review",
    "/cases?process=review", "/cases?status=incidents", "/cases?process=review&version=1&element=read_file",
    "/operations/incidents?process=review",
)  # fmt: skip
SEARCHED: Final = ("/tasks?tab=queue&", "/tasks?tab=team&", "/cases?", "/people?", "/find?")
PROGRAMS: Final = (  # beside every list of the interface as it is
    *(f"/tasks?list={each}" for each in ("later", "queue", "team", "archive")), "/tasks?list=queue&text=quagmar",
    "/cases?process=review&version=1&element=read_file", f"/cases?business_key={KEY}", "/cases?standing_still=true",
    "/incidents?process=review",
)  # fmt: skip
# All staff read how many cases of a process stand where, and of no case which it is.
STUDIO: Final = ("/studio", *(f"/studio/review{each}" for each in ("", "/running", "/running/read_file", "/compare")))
VOLATILE: Final = re.compile(r"[\w-]{20,}\.[\w-]{6}\.[\w-]{20,}|\b[0-9a-f]{32}\b")  # tokens of forms, keys of requests
# Asked by a token, or before anybody is known; the studio gives all staff the totals of each process, and no case.
ELSEWHERE: Final = ("/api/", "/sign-in", "/studio")
WATCHED: Final = ("member", "finance")  # the least and the most that somebody sees who may not see the case


def hidden(engine: Engine, settings: Settings) -> Place:
    """A case at the desk of the membership office whose every text is the word."""
    applicant, olga = f"link:{uuid4()}", Actor("person:" + str(uuid4()), WORD, roles=frozenset({"MEMBERSHIP"}))
    with transaction(engine) as session:
        given = {"applicant_actor": applicant, "name": WORD}
        begun = commands.start(session, engine, "review", given, by=DEPLOYER, business_key=KEY)
        task = session.get_one(UserTask, begun.next_tasks[0])
        now = engine.clock.now()
        comments.write(session, begun.instance_id, olga, WORD, now)
        drafts.save(session, task.id, olga.id, {"pages": [WORD]}, now)
        document = files.StoredFile(
            id=uuid4(), instance_id=begun.instance_id, field="document", name=f"{WORD}.pdf",
            media_type="application/pdf", size=5, sha256="", uploaded_by=applicant, uploaded_at=now,
        )  # fmt: skip
        session.add_all((document, _stopped(begun.instance_id, task)))
        definition, found = task.definition_id, task.id
    return Place(begun.instance_id, definition, found, document.id, "", applicant)


def _stopped(instance_id: UUID, task: UserTask) -> Incident:
    return Incident(
        id=uuid4(), instance_id=instance_id, token=task.id, element=task.element, kind="job", code="work_failed",
        params={"reason": WORD}, message=WORD, raised_at=task.created_at, resolved_at=None, resolved_by=None,
    )  # fmt: skip


class Outsiders:
    """People and programs that have nothing to do with the case, and all that they can ask for without its id."""

    def __init__(self, app: Flask, engine: Engine) -> None:
        self.app = app
        self.people = {
            "anonymous": browser(app),
            "member": at_desk(app, engine, "Leo"),
            "volunteer": at_desk(app, engine, "Mona", "MENTOR"),
            "finance": at_desk(app, engine, "Fina", "FINANCE"),
        }
        with transaction(engine) as session:
            person = session.scalars(select(Person.id).where(Person.first_names == "Fina")).one()
            _row, self.token = tokens.make(
                session, name="t", scopes=("read", "work", "operate"), now=engine.clock.now(),
                lasts=timedelta(days=9), by="test", person_id=person,
            )  # fmt: skip
        rules = [each for each in app.url_map.iter_rules() if "GET" in (each.methods or ()) and not each.arguments]
        searched = [path + urlencode({"q": text}) for path in SEARCHED for text in SEARCHES]
        pages = [each.rule for each in rules if not each.rule.startswith(ELSEWHERE)]
        self.paths = [*sorted(pages), *LISTS, *searched]
        lists = {each.rule.removeprefix("/api/v1") for each in rules if each.endpoint.startswith("api.")}
        self.asked = [*sorted(lists), *PROGRAMS]
        self.feeds = {name: _feed(self.people[name]) for name in WATCHED}

    def seen(self) -> dict[tuple[str, str], str]:
        """Every answer, without what differs from one answer to the next."""
        self._asked("/tasks")  # the page of one's tokens says when each was used, that of one's calendar too
        calendars = {name: self.people[name].get(at).get_data(as_text=True) for name, at in self.feeds.items()}
        found = {
            (name, path): VOLATILE.sub("", person.get(path).get_data(as_text=True))
            for name, person in self.people.items()
            if name in WATCHED
            for path in self.paths
        } | {(name, "calendar"): text for name, text in calendars.items()}
        return {("program", path): self._asked(path) for path in self.asked} | found

    def _asked(self, path: str) -> str:
        headers = {"Authorization": f"Bearer {self.token}"}
        return VOLATILE.sub("", self.app.test_client().get(f"/api/v1{path}", headers=headers).get_data(as_text=True))


def _feed(person: LookedAtPages) -> str:
    """The address of one's own calendar."""
    made = person.post_form("/calendar/feeds", {"calendar": ""}).get_data(as_text=True)
    (address_,) = re.findall(r'value="http://[^/]+(/calendar/feeds/[^"]+\.ics)"', made)
    return str(address_)


def test_nothing_changes_for_whoever_may_not_see_a_case(
    app: Flask, web_engine: Engine, settings: Settings, review: str
) -> None:
    others = Outsiders(app, web_engine)
    before = others.seen()
    case = hidden(web_engine, settings)
    after = others.seen()
    assert {where: (before[where], text) for where, text in after.items() if text != before[where]} == {}
    olga = at_desk(app, web_engine, "Olga", "MEMBERSHIP")
    told = [olga.get(path).get_data(as_text=True) for path in ("/tasks?tab=queue&q=quagmar", "/cases?q=4711")]
    assert all(WORD in text for text in told), "whoever may see it finds it"
    fina = others.people["finance"]
    studio = {path: fina.get(path) for path in STUDIO}
    assert {path: answer.status_code for path, answer in studio.items()} == dict.fromkeys(STUDIO, 200)
    text = "".join(answer.get_data(as_text=True) for answer in studio.values())
    assert not [each for each in (WORD, KEY, str(case.instance_id), str(case.task_id)) if each in text]
    refused = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint in FOREIGN and rule.endpoint not in OPEN_LINKS:
            refused |= _answers(app, others, rule, case)
    assert len(refused) > 100
    assert [where for where, text in refused.items() if WORD in text] == []


def _answers(app: Flask, others: Outsiders, rule: Rule, case: Place) -> dict[tuple[str, str, str], str]:
    """What an address that names the case, its task or its file answers to each of them."""
    known, found = asdict(case), {}
    for method in sorted({"GET", "POST"} & (rule.methods or set())):
        path = address(app, rule, method, known)
        for name, person in others.people.items():
            answer = person.get(path) if method == "GET" else person.post_form(path)
            found[name, method, path] = answer.get_data(as_text=True) + answer.headers.get("Location", "")
    return found


def test_whoever_may_do_a_task_by_a_further_role_reads_its_case(app: Flask, web_engine: Engine) -> None:
    diagram = process(
        "two_desks",
        [start(), user_task("look", groups="MEMBERSHIP,FINANCE"), user_task("end_it", groups="DATA"), end()],
        ["begin -> look", "look -> end_it", "end_it -> done"],
    )  # fmt: skip
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, {"two_desks.bpmn": diagram}, by=DEPLOYER)
        begun = commands.start(session, web_engine, "two_desks", {}, by=DEPLOYER)
    fina, eva = at_desk(app, web_engine, "Fina", "FINANCE"), at_desk(app, web_engine, "Eva", "EVENTS")
    task, case = f"/tasks/{begun.next_tasks[0]}", f"/cases/{begun.instance_id}"
    assert [ask(fina, path, "GET") for path in (task, case)] == [200, 200]
    assert [ask(eva, path, "GET") for path in (task, case)] == [404, 404]
    assert str(begun.instance_id) in fina.get("/cases").get_data(as_text=True)
    assert fina.post_form(task).status_code == 303
    assert ask(fina, case, "GET") == 200, "what one completed stays readable"
