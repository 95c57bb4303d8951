"""Who gets what: every endpoint × every kind of person × a case that exists and one that does not. Never a 500."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

import pytest
from flask import Flask
from werkzeug.routing import BaseConverter, IntegerConverter, Rule, UUIDConverter

from engine.engine import Engine
from tests.fixtures.pages import LookedAtPages
from tests.security.web import NOWHERE, Place, at_desk, browser, place
from webapp.auth import access_of
from webapp.settings import Settings
from workflows.association.people import Person

# What each kind of person is answered about the case of somebody else's desk; `link` is its applicant.
#                       anonymous, link, member, volunteer, finance, office, admin
FOREIGN: Final = {
    "operations.case": (303, 303, 403, 403, 404, 200, 200),
    "causes.mail": (303, 303, 403, 403, 404, 404, 404),
    "causes.page": (303, 303, 403, 403, 404, 404, 404),  # of nothing that left
    "operations.comment": (303, 303, 403, 403, 404, 303, 303),
    "operations.retry": (303, 303, 403, 403, 404, 404, 404),
    "operations.choose": (303, 303, 403, 403, 404, 409, 409),
    "operations.close_choice": (303, 303, 403, 403, 404, 409, 409),
    "interventions.suspend": (303, 303, 403, 403, 404, 404, 422),
    "interventions.end": (303, 303, 403, 403, 404, 404, 422),
    "interventions.resume": (303, 303, 403, 403, 404, 404, 303),
    "moves.move": (303, 303, 403, 403, 404, 404, 422),
    "moves.skip": (303, 303, 403, 403, 404, 404, 404),
    "telling.end": (303, 303, 403, 403, 403, 403, 404),  # of no subscription
    "collective.progress": (303, 303, 403, 403, 404, 404, 404),  # of no act: who sees one is in test_collective
    **{  # the password first: whose it is, is in test_second_factors
        f"second_factors.{verb}": (303, 303, 303, 303, 303, 303, 303) for verb in ("app", "add_key", "remove")
    },
    "corrections.correct": (
        303,
        303,
        403,
        403,
        404,
        404,
        404,
    ),  # of no value: what an operator does is in test_interventions
    "promises.job": (303, 303, 403, 403, 404, 404, 409),
    "promises.run": (303, 303, 403, 403, 404, 404, 409),
    "timers.timer": (303, 303, 403, 403, 404, 404, 409),
    "timers.undo": (303, 303, 403, 403, 404, 404, 409),
    "timers.run": (303, 303, 403, 403, 404, 404, 409),
    "operations.diagram": (303, 200, 404, 404, 404, 200, 200),
    "behalf.ask": (303, 303, 403, 403, 404, 404, 404),  # a task of the staff: whose may be, is in test_behalf
    "behalf.answer": (303, 303, 403, 403, 404, 404, 404),
    "attaching.attach": (303, 303, 403, 403, 404, 303, 303),
    "attaching.remove": (303, 303, 403, 403, 404, 404, 404),  # of what a form took
    "files.download": (303, 200, 404, 404, 404, 200, 200),
    "journey.page": (303, 200, 404, 404, 404, 404, 404),
    "journey.task": (303, 404, 404, 404, 404, 404, 404),
    "journey.complete": (303, 404, 404, 404, 404, 404, 404),
    "journey.draft": (303, 404, 404, 404, 404, 404, 404),
    "journey_acts.page": (303, 404, 404, 404, 404, 404, 404),  # of no act: who may is in test_member_acts
    "journey_acts.carry_out": (303, 404, 404, 404, 404, 404, 404),
    "inbox.task": (303, 303, 404, 404, 404, 200, 200),
    "notices.remove": (303, 303, 403, 403, 404, 404, 404),  # of no device: whose it is, is in test_notices
    "notices.test": (303, 303, 403, 403, 404, 404, 404),
    "saving.remove": (303, 303, 403, 403, 404, 404, 404),
    "asking.answer": (303, 303, 403, 403, 404, 409, 409),
    "stacks.like": (303, 303, 403, 403, 404, 200, 200),
    "inbox.draft": (303, 303, 404, 404, 404, 303, 303),
    "inbox.complete": (303, 303, 404, 404, 404, 422, 422),
    "inbox.claim": (303, 303, 404, 404, 404, 303, 409),
    "inbox.release": (303, 303, 404, 404, 404, 303, 303),
    **{  # of no file: who brings in which is in test_import_pages
        f"imports.{verb}": (303, 303, 403, 403, 404, 404, 404)
        for verb in ("show", "begin", "again", "drop", "rejected", "undo")
    },
    "finance.line": (303, 303, 403, 403, 404, 403, 403),
    "finance.assign": (303, 303, 403, 403, 404, 403, 403),
    "finance.tell": (303, 303, 403, 403, 400, 403, 403),  # it says of no line what it was
    "finance.set_aside": (303, 303, 403, 403, 404, 403, 403),
    "finance.take_up": (303, 303, 403, 403, 404, 403, 403),
    "finance.collection": (303, 303, 403, 403, 404, 403, 403),
    "foundation_bank.line": (303, 303, 403, 403, 403, 403, 403),
    "foundation_bank.tell": (303, 303, 403, 403, 403, 403, 403),
    "gift_desk.arrived": (303, 303, 403, 403, 403, 403, 403),
    "foundation_bank.assign": (303, 303, 403, 403, 403, 403, 403),
    "foundation_bank.set_aside": (303, 303, 403, 403, 403, 403, 403),
    "foundation_bank.take_up": (303, 303, 403, 403, 403, 403, 403),
    "foundation_bank.collection": (303, 303, 403, 403, 403, 403, 403),
    "gift_desk.document": (303, 303, 403, 403, 403, 403, 403),
    "parameters.end": (303, 303, 403, 403, 404, 404, 404),  # of no row: who decides is in test_parameter_pages
    "parameters.withdraw": (303, 303, 403, 403, 404, 404, 404),
    "texts.withdraw": (303, 303, 403, 403, 404, 404, 404),  # of no version: whose mail it is, is in test_text_pages
    "unknown.decide": (303, 303, 403, 403, 404, 404, 404),
    "calendars.revoke": (303, 303, 404, 404, 404, 404, 404),  # of nobody: whose it is, is in test_calendar_page
    "mentoring.round_page": (303, 303, 403, 403, 403, 403, 403),
    "mentoring.again": (303, 303, 403, 403, 403, 403, 403),
    "mentoring.adjust": (303, 303, 403, 403, 403, 403, 403),
    "cohorts.board": (303, 303, 404, 404, 404, 404, 404),  # of no cohort: who leads one is in test_session
    "cohorts.session_page": (303, 303, 404, 404, 404, 404, 404),
    "cohorts.note": (303, 303, 422, 422, 422, 422, 422),
    "cohorts.move": (303, 303, 422, 422, 422, 422, 422),
    "cohort_changes.more": (303, 303, 422, 422, 422, 422, 422),
    "cohort_papers.charter": (303, 303, 404, 404, 404, 404, 404),
    "cohort_papers.attendance": (303, 303, 404, 404, 404, 404, 404),
    "cohort_papers.summary": (303, 303, 404, 404, 404, 404, 404),
    "cohort_changes.elect": (303, 303, 404, 404, 404, 404, 404),
    "cohort_changes.breach": (303, 303, 422, 422, 422, 422, 422),
    "cohort_changes.stop": (303, 303, 404, 404, 404, 404, 404),
    "calendars.move": (303, 303, 422, 422, 422, 422, 422),
    "cohort_letters.again": (303, 303, 404, 404, 404, 404, 404),
    "cohort_letters.write": (303, 303, 404, 404, 404, 404, 404),
    "events.page": (404, 404, 404, 404, 404, 404, 404),  # of no event: who runs one is in test_event_pages
    "event_visits.visiting": (404, 404, 404, 404, 404, 404, 404),
    "event_visits.visiting_in": (404, 404, 404, 404, 404, 404, 404),
    "event_visits.visit": (404, 404, 404, 404, 404, 404, 404),
    "event_visits.handing_over": (303, 303, 404, 404, 404, 404, 404),
    "event_visits.hand_over": (303, 303, 404, 404, 404, 404, 404),
    "event_asks.registering": (303, 303, 404, 404, 404, 404, 404),
    "event_asks.register": (303, 303, 404, 404, 404, 404, 404),
    "event_changes.page": (303, 303, 404, 404, 404, 404, 404),
    "event_changes.change": (303, 303, 404, 404, 404, 404, 404),
    "event_changes.draft": (303, 303, 404, 404, 404, 404, 404),
    "event_asks.calling_off": (303, 303, 404, 404, 404, 404, 404),
    "event_asks.call_off": (303, 303, 404, 404, 404, 404, 404),
    "events.ticket": (303, 303, 404, 404, 404, 404, 404),
    "event_import.undone": (303, 303, 403, 403, 403, 403, 403),
    "event_import.undo": (303, 303, 403, 403, 403, 403, 403),
    "events_office.moving": (303, 303, 403, 403, 403, 403, 403),
    "events_office.move": (303, 303, 403, 403, 403, 403, 403),
    "event_door.marks": (303, 303, 404, 404, 404, 404, 404),
    "event_welcome.attendees": (303, 303, 404, 404, 404, 404, 404),
    "event_papers.permit": (303, 303, 404, 404, 404, 404, 404),
    "event_papers.contract": (303, 303, 404, 404, 404, 404, 404),
    "event_papers.sign_in": (303, 303, 404, 404, 404, 404, 404),
    "event_asks.claiming": (303, 303, 404, 404, 404, 404, 404),
    "event_asks.claim": (303, 303, 404, 404, 404, 404, 404),
    "event_asks.telling_incident": (303, 303, 404, 404, 404, 404, 404),
    "event_asks.tell_incident": (303, 303, 404, 404, 404, 404, 404),
    "event_welcome.check_in": (303, 303, 404, 404, 404, 404, 404),
    "mandates.end": (303, 303, 403, 403, 403, 404, 404),  # of nobody: who may is in test_mandates
    "merging.of_person": (303, 303, 403, 403, 403, 404, 403),  # of nobody: what is decided is in test_merging_pages
    "merging.compare": (303, 303, 403, 403, 403, 404, 403),
    "merging.ask": (303, 303, 403, 403, 403, 404, 403),
    "merging.page": (303, 303, 403, 403, 403, 404, 403),
    "merging.decide": (303, 303, 403, 403, 403, 404, 403),
    "privacy_desk.page": (303, 303, 403, 403, 403, 403, 403),
    "privacy_desk.download": (303, 303, 403, 403, 403, 403, 403),
    "privacy_desk.restrict": (303, 303, 403, 403, 403, 403, 403),
    "person.page": (303, 303, 403, 403, 404, 404, 404),  # of nobody: who sees whom is in test_person_page
    "person.document": (303, 303, 403, 403, 404, 404, 404),
    "directory.match": (303, 303, 404, 404, 404, 404, 404),  # of nobody: who sees whom is in test_directory
    "directory.card": (303, 303, 404, 404, 404, 404, 404),
    "studio.picture": (303, 303, 404, 404, 404, 404, 404),
    **{  # of no draft: who reads and who changes one is in test_studio
        f"studio_drafts.{verb}": (303, 303, 404, 404, 404, 404, 404)
        for verb in (
            "show",
            "edit",
            "file",
            "save",
            "branch",
            "outline",
            "shape",
            "restore",
            "take_in",
            "export",
            "discard",
        )
    },
    **{
        f"studio_editor.{verb}": (303, 303, 404, 404, 404, 404, 404)
        for verb in ("templates", "variables", "check", "accept_case")
    },
    **{f"studio_cases.{verb}": (303, 303, 404, 404, 404, 404, 404) for verb in ("show", "save", "back")},
    **{
        f"studio_scenarios.{verb}": (303, 303, 404, 404, 404, 404, 404)
        for verb in ("play", "progress", "begin", "take_in")
    },
    **{
        f"studio_tries.{verb}": (303, 303, 404, 404, 404, 404, 404)
        for verb in ("begin", "show", "task", "start", "act", "keep")
    },
    **{f"studio_together.{verb}": (303, 303, 404, 404, 404, 404, 404) for verb in ("here", "remark", "settle")},
    **{f"studio_merging.{verb}": (303, 303, 404, 404, 404, 404, 404) for verb in ("newest", "show", "unite")},
    **{f"studio_forms.{verb}": (303, 303, 404, 404, 404, 404, 404) for verb in ("begin", "preview")},
    **{  # of no version and no migration: who moves cases is in test_moving_cases
        f"studio_migration.{verb}": (303, 303, 404, 404, 404, 404, 404)
        for verb in ("of_draft", "counts", "choose", "progress", "back")
    },
    "studio_migration.move": (303, 303, 404, 404, 403, 403, 404),
    "studio_review.diagram": (303, 303, 404, 404, 404, 404, 404),
    **{f"studio_review.{verb}": (303, 303, 404, 404, 404, 404, 404) for verb in ("propose", "take_back", "decide")},
    "links.open_case": (409, 303, 409, 409, 409, 409, 409),
}
OPEN_LINKS: Final = frozenset({"links.show", "links.open_case", "links.send_again"})


@pytest.fixture
def case(web_engine: Engine, settings: Settings, review: str) -> Place:
    return place(web_engine, settings)


@pytest.fixture
def everybody(app: Flask, web_engine: Engine, case: Place) -> dict[str, LookedAtPages]:
    """A browser of each kind of person."""
    applicant = browser(app)
    assert applicant.post_form(f"/l/{case.token}").status_code == 303
    return {
        "anonymous": browser(app),
        "link": applicant,
        "member": at_desk(app, web_engine, "Leo"),
        "volunteer": at_desk(app, web_engine, "Mona", "MENTOR"),
        "finance": at_desk(app, web_engine, "Fina", "FINANCE"),
        "office": at_desk(app, web_engine, "Olga", "MEMBERSHIP"),
        "admin": at_desk(app, web_engine, "Adam", "ADMIN"),
    }


def unknown(part: BaseConverter) -> object:
    """A value of this part of an address that names nothing."""
    return NOWHERE if isinstance(part, UUIDConverter) else 1 if isinstance(part, IntegerConverter) else "x"


def address(app: Flask, rule: Rule, method: str, known: dict[str, object]) -> str:
    """An address of this rule: known values, else ids and numbers of nothing."""
    values = {name: known.get(name, unknown(rule._converters[name])) for name in rule._converters}
    return app.url_map.bind("127.0.0.1").build(rule.endpoint, values, method=method)


def ask(person: LookedAtPages, path: str, method: str) -> int:
    return (person.get(path) if method == "GET" else person.post_form(path)).status_code


def test_everybody_gets_what_the_design_says(app: Flask, everybody: dict[str, LookedAtPages], case: Place) -> None:
    known = asdict(case)
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
    found = {}
    for endpoint in FOREIGN:
        rule = rules[endpoint]
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        path = address(app, rule, method, known)
        found[endpoint] = tuple(ask(person, path, method) for person in everybody.values())
    assert found == FOREIGN


def test_what_does_not_exist_looks_like_what_one_may_not_see(app: Flask, everybody: dict[str, LookedAtPages]) -> None:
    for rule in app.url_map.iter_rules():
        if not rule.arguments or rule.endpoint in OPEN_LINKS or not rule.endpoint.startswith(tuple(_GUARDED)):
            continue
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            path = address(app, rule, method, {})
            for name, person in everybody.items():
                status = ask(person, path, method)
                if rule.endpoint in FOREIGN and name not in {"link", "office", "admin"}:
                    assert status == FOREIGN[rule.endpoint][list(everybody).index(name)], (name, path)
                assert status in {303, 403, 404}, (name, path)


_GUARDED: Final = ("operations.", "files.", "journey.", "journey_acts.", "inbox.", "payments.", "person.")


@pytest.mark.parametrize("kind", ["anonymous", "link", "office"])
def test_no_endpoint_breaks(app: Flask, everybody: dict[str, LookedAtPages], case: Place, kind: str) -> None:
    person, known = everybody[kind], asdict(case)
    for rule in app.url_map.iter_rules():
        if rule.endpoint in {"people.sign_out", "account.end_other_browsers"}:
            continue
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            path = address(app, rule, method, known)
            assert ask(person, path, method) < 500, (method, path)


def test_whoever_lost_the_role_lost_the_page_at_once(app: Flask, web_engine: Engine, case: Place, leo: Person) -> None:
    olga = at_desk(app, web_engine, "Olga", "MEMBERSHIP")
    assert olga.get(f"/tasks/{case.task_id}").status_code == 200
    with web_engine.database.begin() as connection:
        connection.exec_driver_sql("DELETE FROM role_holding")
    assert olga.get(f"/tasks/{case.task_id}").status_code == 404
    assert olga.get("/cases").status_code == 403


def test_nobody_ends_anothers_session(app: Flask, web_engine: Engine) -> None:
    olga, fina = at_desk(app, web_engine, "Olga", "MEMBERSHIP"), at_desk(app, web_engine, "Fina", "FINANCE")
    with web_engine.database.connect() as connection:
        sessions = connection.exec_driver_sql("SELECT id, person_id FROM web_session").all()
    mine = fina.get("/account/").get_data(as_text=True)
    for session_id, _person in sessions:
        fina.post_form(f"/account/browsers/{session_id}/end") if session_id not in mine else None
    assert olga.get("/account/").status_code == 200


def test_a_case_is_not_reached_through_another(app: Flask, web_engine: Engine, settings: Settings, case: Place) -> None:
    other = place(web_engine, settings)
    applicant = browser(app)
    assert applicant.post_form(f"/l/{case.token}").status_code == 303
    for path in (
        f"/journeys/{other.instance_id}",
        f"/journeys/{case.instance_id}/tasks/{other.task_id}",
        f"/journeys/{other.instance_id}/tasks/{case.task_id}",
        f"/files/{other.file_id}",
    ):
        assert applicant.get(path).status_code == 404, path


@pytest.mark.parametrize("spoilt", ["00000000", f"{NOWHERE}x", "%00", "..%2f..%2fetc", "1 or 1=1", "{{7*7}}"])
def test_an_id_that_is_none_is_not_found(app: Flask, web_engine: Engine, spoilt: str) -> None:
    admin = at_desk(app, web_engine, "Adam", "ADMIN")
    for folder in ("tasks", "cases", "files", "journeys", "diagrams", "mailbox", "pay", "start", "l", "static"):
        assert admin.get(f"/{folder}/{spoilt}").status_code == 404, folder


def test_every_endpoint_is_in_the_matrix_or_for_oneself(app: Flask) -> None:
    """What programs reach by a token is asked in `tests/webapp/test_api.py`."""
    asked_by_id = {rule.endpoint for rule in app.url_map.iter_rules() if any("id" in each for each in rule.arguments)}
    for endpoint in asked_by_id - set(FOREIGN):
        assert access_of(app.view_functions[endpoint]).kind in {"public", "signed_in", "webhook", "api"}, (
            f"{endpoint}: add it here"
        )
