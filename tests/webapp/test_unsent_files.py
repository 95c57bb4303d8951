"""Files that were chosen in a form whose session had ended: sent again with it, by nobody else."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from json import dumps
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from engine import commands
from engine.clock import VirtualClock
from engine.definitions import latest
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.cases import DEPLOYER, PDF, RESOURCES, SENDING, start_review
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person
from tests.security.web import at_desk, browser, place
from tests.webapp.test_inbox import open_task
from tests.webapp.test_open_pages import form_shown
from tests.webapp.test_unsent_forms import sign_in, signed_in
from webapp.accounts.models import WebSession
from webapp.files.store import StoredFile
from webapp.house import association_of
from webapp.settings import Settings
from webapp.unsent import files
from webapp.unsent.files import UnsentFile
from workflows.association.privacy import retention


@pytest.fixture
def sending(app: Flask, web_engine: Engine, review: str) -> tuple[LookedAtPages, str]:
    """Odile, who is asked for a document of her own, and the address of that step."""
    odile = add_person(web_engine, "odile", "Roux", password=PASSWORD)
    for first in ("paul", "olga"):
        add_person(web_engine, first, "Roux", "MEMBERSHIP", password=PASSWORD)
    case = start_review(web_engine, applicant=f"person:{odile.id}")
    office = signed_in(app, "olga")
    verdict = {"verdict": "NO", "pages": "3", "request_key": "k" * 16}
    assert office.post_form(f"/tasks/{open_task(web_engine, case).id}", verdict).status_code == 303
    return signed_in(app, "odile"), f"/journeys/{case}/tasks/{open_task(web_engine, case).id}"


def chosen(body: bytes = PDF, name: str = "acte.pdf") -> dict[str, object]:
    return {"document": (BytesIO(body), name), "request_key": "a" * 16}


def ended(browser: LookedAtPages, clock: VirtualClock, page: str, sent: dict[str, object]) -> str:
    """The session ends, the form is sent; answers where the sign-in leads."""
    browser.get(page)
    clock.advance(timedelta(days=2))
    came_from = {"Referer": f"http://localhost{page}"}
    answer = browser.post_form(page, sent, headers=came_from, content_type="multipart/form-data")
    return parse_qs(urlsplit(answer.location).query)["next"][0]


def kept(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(UnsentFile)) or 0


def box(page: str) -> str:
    found = re.search(rf'name="{files.KEPT}" value="([^"]+)" checked', page)
    assert found is not None, "the form says by name what goes along"
    return found.group(1)


def test_a_file_that_nobody_sends_is_gone_in_the_following_night(
    sending: tuple[LookedAtPages, str], web_engine: Engine, clock: VirtualClock, settings: Settings
) -> None:
    odile, page = sending
    ended(odile, clock, page, chosen())
    for hours, left in ((1, 1), (2, 0)):
        clock.advance(timedelta(hours=hours))
        list(retention.run(web_engine, association_of(settings, clock), only="draft"))
        assert kept(web_engine) == left


def test_a_file_goes_along_with_its_form(
    sending: tuple[LookedAtPages, str], web_engine: Engine, clock: VirtualClock, settings: Settings
) -> None:
    odile, page = sending
    back = ended(odile, clock, page, chosen())
    sign_in(odile, "odile", back)
    shown = odile.get(back, follow_redirects=True).get_data(as_text=True)
    assert re.search(r"Joindre «\sacte\.pdf\s», que vous aviez choisi", shown)
    again = {files.KEPT: box(shown), "request_key": "a" * 16}
    assert odile.post_form(page, again, content_type="multipart/form-data").status_code in {200, 303}
    with reading(web_engine) as session:
        stored = session.scalars(select(StoredFile)).one()
    assert (stored.name, stored.field, stored.size) == ("acte.pdf", "document", len(PDF))
    assert kept(web_engine) == 0, "it was sent"


def test_it_stays_while_the_form_is_refused_and_another_choice_takes_its_place(
    sending: tuple[LookedAtPages, str], web_engine: Engine, clock: VirtualClock
) -> None:
    odile, page = sending
    back = ended(odile, clock, page, chosen(b"no PDF at all"))
    sign_in(odile, "odile", back)
    again = {files.KEPT: box(odile.get(back, follow_redirects=True).get_data(as_text=True)), "request_key": "a" * 16}
    refused = odile.post_form(page, again, content_type="multipart/form-data")
    assert refused.status_code == 422 and box(refused.get_data(as_text=True)) == again[files.KEPT]
    assert odile.post_form(page, again | chosen(name="vrai.pdf"), content_type="multipart/form-data").status_code == 303
    with reading(web_engine) as session:
        assert session.scalars(select(StoredFile.name)).all() == ["vrai.pdf"]
    assert kept(web_engine) == 0


def replace_form(engine: Engine, page: str) -> None:
    """Another version of the step asks one question more, and the case is moved to it."""
    more = {"type": "textfield", "id": "sending_remark", "key": "remark", "label": "Une remarque"}
    longer = {**SENDING, "components": [*SENDING["components"], more]}
    case = UUID(page.split("/")[2])
    with transaction(engine) as session:
        commands.deploy(session, engine, RESOURCES | {"review/sending.form": dumps(longer).encode()}, by=DEPLOYER)
        commands.migrate(session, engine, case, latest(session, engine, "review").id, by=DEPLOYER)


def test_a_file_goes_along_with_a_form_that_was_replaced_while_its_page_was_open(
    sending: tuple[LookedAtPages, str], web_engine: Engine
) -> None:
    odile, page = sending
    shown = form_shown(odile.get(page).get_data(as_text=True))
    replace_form(web_engine, page)
    refused = odile.post_form(page, chosen() | {"-form": shown}, content_type="multipart/form-data")
    again = refused.get_data(as_text=True)
    assert refused.status_code == 409 and kept(web_engine) == 1
    fresh = {files.KEPT: box(again), "-form": form_shown(again), "request_key": "a" * 16}
    assert odile.post_form(page, fresh, content_type="multipart/form-data").status_code == 303
    with reading(web_engine) as session:
        stored = session.scalars(select(StoredFile)).one()
    assert (stored.name, stored.size, kept(web_engine)) == ("acte.pdf", len(PDF), 0)


def test_staff_choose_no_file_again_either_and_who_comes_by_a_link_reads_which(
    app: Flask, web_engine: Engine, settings: Settings, review: str
) -> None:
    at = place(web_engine, settings)
    olga = at_desk(app, web_engine, "Olga", "MEMBERSHIP")
    assert olga.post_form(f"/tasks/{at.task_id}", {"verdict": "NO", "pages": "3"}).status_code == 303
    task = open_task(web_engine, at.instance_id).id
    applicant, page = browser(app), f"/journeys/{at.instance_id}/tasks/{task}"
    applicant.post_form(f"/l/{at.token}")
    shown = form_shown(applicant.get(page).get_data(as_text=True))
    replace_form(web_engine, page)
    told = applicant.post_form(page, chosen() | {"-form": shown}, content_type="multipart/form-data")
    assert told.status_code == 409 and re.search(r"«\sacte\.pdf\s» n’a pas été gardé", told.get_data(as_text=True))
    said = {"behalf_channel": "PHONE", "behalf_words": "Appel du 3 mai"}
    sent = chosen() | said | {"-form": shown}
    refused = olga.post_form(f"/tasks/{task}/behalf", sent, content_type="multipart/form-data")
    again = refused.get_data(as_text=True)
    assert refused.status_code == 409
    fresh = said | {files.KEPT: box(again), "-form": form_shown(again), "request_key": "a" * 16}
    done = olga.post_form(f"/tasks/{task}/behalf", fresh, content_type="multipart/form-data")
    assert (done.status_code, kept(web_engine)) == (303, 0)


def test_a_session_that_ends_again_keeps_it(
    sending: tuple[LookedAtPages, str], web_engine: Engine, clock: VirtualClock
) -> None:
    odile, page = sending
    back = ended(odile, clock, page, chosen())
    sign_in(odile, "odile", back)
    file = box(odile.get(back, follow_redirects=True).get_data(as_text=True))
    with transaction(web_engine) as session:
        session.execute(update(WebSession).values(expires_at=clock.now()))
    sent = odile.post_form(page, {files.KEPT: file}, content_type="multipart/form-data")
    back = parse_qs(urlsplit(sent.location).query)["next"][0]
    sign_in(odile, "odile", back)
    assert box(odile.get(back, follow_redirects=True).get_data(as_text=True)) == file


def test_nobody_else_sends_it_and_no_other_form_takes_it(
    app: Flask, sending: tuple[LookedAtPages, str], web_engine: Engine, clock: VirtualClock
) -> None:
    odile, page = sending
    back = ended(odile, clock, page, chosen())
    assert signed_in(app, "paul").get(back).status_code == 404
    with transaction(web_engine) as session:
        found = session.scalars(select(UnsentFile)).one()
        mine = (found.person_id, page, clock.now())
        assert [file.name for file, _ in files.to_send(session, [found.id], *mine)] == ["acte.pdf"]
        assert not files.to_send(session, [found.id], UUID(int=1), *mine[1:])
        assert not files.to_send(session, [found.id], found.person_id, "/imports", clock.now())
        assert not files.to_send(session, [found.id], *mine[:2], clock.now() + files.LIFETIME + timedelta(minutes=1))
        assert not files.of_form(session, found.form_id, UUID(int=1), clock.now())
        others = files.hold(session, (UUID(int=2), UUID(int=1), page), [], [found.id], clock.now())
        assert not others and found.form_id != UUID(int=2), "nobody makes it his own"


def test_what_is_too_much_is_said_by_name(
    sending: tuple[LookedAtPages, str], web_engine: Engine, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    odile, page = sending
    monkeypatch.setattr(files, "OF_ONE", 10)
    ended(odile, clock, page, chosen())
    assert "acte.pdf" in odile.get("/sign-in").get_data(as_text=True) and kept(web_engine) == 0
