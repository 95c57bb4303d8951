"""The pages around a cohort: what a candidate hands in, and who opens it."""

from __future__ import annotations

import io
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import delete, select, update

from engine.assignment import barred
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.models import ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.cases import PDF
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import add_person
from tests.security.web import at_desk, signed_in
from webapp import definitions
from webapp.files.store import StoredFile
from webapp.settings import Settings
from webapp.timelapse.stage import Stage
from workflows.association.cohorts import records
from workflows.association.cohorts.hearings import CohortHearing
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.cohorts.triads import CohortTriad
from workflows.association.mails import Mail
from workflows.association.people import Person

WHY = "Je veux changer de métier et je ne sais pas encore lequel. " * 5


@pytest.fixture
def stage(web_engine: Engine, clock: VirtualClock, settings: Settings) -> Stage:
    """A cohort that takes applications."""
    played = Stage(web_engine, clock, settings)
    with transaction(web_engine) as session:
        folders = [definitions.OWN / name for name in ("cohort", "cohort_admission", "cohort_participation")]
        definitions.deploy(session, web_engine, folders, reason="test")
    for name in ("Maud", "Nils"):
        add_person(web_engine, name, "Essai")
    first_day = (clock.now() + timedelta(days=60)).date()
    planned = {
        "facilitator": "maud.essai@example.org", "co_facilitator": "nils.essai@example.org", "begins": "18:30",
        "starts_on": first_day + timedelta(days=-first_day.weekday() % 7), "place": "Paris",
    }  # fmt: skip
    played.start("cohort", {f"cohort.{name}": value for name, value in planned.items()}, "cohort")
    return played


def apply(desk: LookedAtPages, key: str, **more: object) -> int:
    """Sends the application form; answers the status."""
    address = "/start/cohort_admission"
    said = {"cohort": key, "motivation": WHY, "years_exp": "8", "agreed": "true", **more}
    return desk.post_form(address, said).status_code


def test_a_cv_and_a_proof_are_opened_by_those_alone_who_decide(app: Flask, web_engine: Engine, stage: Stage) -> None:
    ada = at_desk(app, web_engine, "Ada")
    with reading(web_engine) as session:
        cohort = session.scalars(select(Cohort)).one()
    assert apply(ada, cohort.key, situation="IN_POST") == 422, "the CV is asked for"
    cv = (io.BytesIO(PDF), "cv.pdf")
    assert apply(ada, cohort.key, situation="SEEKING", cv=cv) == 422, "and the proof, of who looks for work"
    files = {"cv": (io.BytesIO(PDF), "cv.pdf"), "proof": (io.BytesIO(PDF), "droits.pdf")}
    assert apply(ada, cohort.key, situation="SEEKING", **files) == 303
    with reading(web_engine) as session:
        stored = {each.name: each for each in session.scalars(select(StoredFile))}
    case = stored["cv.pdf"].instance_id
    with transaction(web_engine) as session:
        session.scalars(select(Person).where(Person.first_names == "Ada")).one().country = "JP"
    journey = ada.get(f"/journeys/{case}").get_data(as_text=True)
    assert "droits.pdf" in journey
    assert "18:30 (Paris) – " in journey and ":30 (Tokyo)" in journey, "a date is told by the hour of both places"
    assert "celles des rencontres aussi à la vôtre" in journey
    ada.post_form(f"/journeys/{case}/tasks/{open_task(web_engine, case)}")
    stage.run()
    talk, roles = open_task(web_engine, case), ("CAREERS_ASST", "GENERAL_DELEGATE", "FINANCE")
    desks = {role: at_desk(app, web_engine, role.title(), role) for role in roles}
    for document in stored.values():
        address = f"/files/{document.id}"
        assert ada.get(address).status_code == 200
        assert [desks[role].get(address).status_code for role in roles] == [200, 404, 404]
    assert "droits.pdf" not in desks["GENERAL_DELEGATE"].get(f"/cases/{case}").get_data(as_text=True)
    assert "droits.pdf" in desks["CAREERS_ASST"].get(f"/tasks/{talk}").get_data(as_text=True)


def open_task(engine: Engine, case: UUID) -> UUID:
    with reading(engine) as session:
        return session.scalars(
            select(UserTask.id).where(UserTask.instance_id == case, UserTask.state == "created")
        ).one()


def test_the_year_of_groups_is_for_its_head_and_the_board_sets_going_what_a_group_needs(
    app: Flask, web_engine: Engine, stage: Stage
) -> None:
    head, clerk = at_desk(app, web_engine, "Head", "CAREERS_HEAD"), at_desk(app, web_engine, "Clerk", "CAREERS_ASST")
    add_person(web_engine, "Ada", "Essai")
    folders = [definitions.OWN / name for name in ("cohort_hearing", "cohort_leads", "cohort_merger")]
    with transaction(web_engine) as session:
        definitions.deploy(session, web_engine, folders, reason="test")
        cohort = session.scalars(select(Cohort)).one()
    assert clerk.get("/cohorts/years/").status_code == 403
    for asked in ("", "?year=x", f"?year={'9' * 5_000}"):
        assert "Aucun groupe" in head.get(f"/cohorts/years/{asked}").get_data(as_text=True), asked[:20]
    asked = {"cohort": cohort.key, "person": "ada.essai@example.org", "situation": "SEEKING"}
    stage.start("cohort_participation", {f"seat.{name}": value for name, value in asked.items()}, "Ada")
    board = f"/cohorts/{cohort.key}"
    assert clerk.post_form(f"{board}/more", {"number": "1"}).status_code == 409, "it does not meet yet"
    with transaction(web_engine) as session:
        session.get_one(Cohort, cohort.id).state = "RUNNING"
        seat = session.scalars(select(CohortSeat)).one()
        seat.state = "RUNNING"
    page = head.get("/cohorts/years/").get_data(as_text=True)
    assert "trop peu de réponses" in page and "%" not in page.split("Places prises")[1][:120]
    sheet = head.get(f"/cohorts/years/sheet.csv?year={cohort.starts_on.year}").get_data()
    assert sheet.startswith(b"\xef\xbb\xbf") and "Places prises;trop peu de réponses" in sheet.decode("utf-8")
    shown = clerk.get(board).get_data(as_text=True)
    assert "Ce dont le groupe a besoin" in shown and "Je ne peux plus animer" not in shown
    assert clerk.post_form(f"{board}/stop", {"sure": "yes"}).status_code == 403, "who does not lead it"
    for asked in ({"role": "REFEREE", "seat": "x"}, {"role": "PRESIDENT", "seat": str(seat.id)}):
        assert clerk.post_form(f"{board}/elect", asked).status_code == 422
    elected = {"role": "REFEREE", "seat": str(seat.id)}
    looked_at = clerk.post_form(f"{board}/elect", elected)
    assert looked_at.status_code == 200 and "1 personne du groupe est prévenue" in looked_at.get_data(as_text=True)
    with reading(web_engine) as session:
        assert not session.scalars(select(Mail).where(Mail.template == "cohort_elected")).all(), "nobody is told yet"
    for _twice in range(2):
        assert clerk.post_form(f"{board}/elect", {**elected, "sure": "yes"}).status_code == 303
    with reading(web_engine) as session:
        assert len(session.scalars(select(Mail).where(Mail.template == "cohort_elected")).all()) == 1
    assert clerk.post_form(f"{board}/elect", {"role": "REFEREE"}).status_code == 409, "another board, seen before"
    with transaction(web_engine) as session:
        session.execute(update(Cohort).values(state="CLOSED"))
    assert clerk.post_form(f"{board}/elect", {"role": "TREASURER", "seat": str(seat.id)}).status_code == 409
    with transaction(web_engine) as session:
        session.execute(update(Cohort).values(state="RUNNING"))
    assert f'<option value="{seat.id}" selected>' in clerk.get(board).get_data(as_text=True)
    with transaction(web_engine) as session:
        session.get_one(CohortSeat, seat.id).short_group_on = cohort.starts_on
    assert "Ada Essai" in clerk.get("/cohorts/short/").get_data(as_text=True)
    with transaction(web_engine) as session:
        session.get_one(Person, seat.person_id).deceased_on = cohort.starts_on
    assert "Personne n’attend" in clerk.get("/cohorts/short/").get_data(as_text=True)
    with transaction(web_engine) as session:
        session.get_one(Person, seat.person_id).deceased_on = None
    assert clerk.post_form("/cohorts/short/", {"seat": ["x"]}).status_code == 404
    assert clerk.post_form("/cohorts/short/", {}).status_code == 303
    nobody = clerk.get("/cohorts/short/").get_data(as_text=True)
    assert "Ada Essai" in nobody and "personne n’a été retiré" in nobody
    assert clerk.post_form("/cohorts/short/", {"seat": [str(seat.id)]}).status_code == 303
    assert "Personne n’attend" in clerk.get("/cohorts/short/").get_data(as_text=True)
    the_papers_of_a_group(app, web_engine, clerk, seat)
    assert clerk.post_form(f"{board}/more", {"number": "12"}).status_code == 422
    assert clerk.post_form(f"{board}/more", {"number": "2"}).status_code == 303
    assert clerk.post_form(f"{board}/breach", {"seat": str(seat.id), "rule": "OTHER"}).status_code == 422
    assert clerk.post_form(f"{board}/breach", {"seat": str(seat.id), "rule": "SELLING"}).status_code == 303
    stage.run()
    assert clerk.post_form(f"{board}/breach", {"seat": str(seat.id), "rule": "SELLING"}).status_code == 409
    with reading(web_engine) as session:
        assert [each.rule for each in session.scalars(select(CohortHearing))] == ["SELLING"]
        tasks = {each.element: each for each in session.scalars(select(UserTask))}
        assert {"approve_extra", "give_account"} <= tasks.keys()
        name = f"person:{session.scalars(select(Person.id).where(Person.first_names == 'Clerk')).one()}"
        assert barred(name, tasks["approve_extra"]), "who asked on the page"


def the_papers_of_a_group(app: Flask, engine: Engine, clerk: LookedAtPages, seat: CohortSeat) -> None:
    """Anew whenever they are asked for: what each says before and after the charter is signed and a session noted."""
    ada = at_desk(app, engine, "Ada")
    with reading(engine) as session:
        key = session.get_one(Cohort, seat.cohort_id).key
    charter, sheet, summary = (f"/cohorts/{key}/{name}.pdf" for name in ("charter", "attendance", "summary"))
    assert "Ada Essai pas encore" in words(clerk, charter) and "0 / 1" in words(clerk, charter)
    unsigned = words(clerk, f"{sheet}?session=1")
    assert "séance 1" in unsigned and "Ada Essai ......" in unsigned and "Maud Essai, Nils Essai" in unsigned
    assert [ada.get(each).status_code for each in (charter, sheet, summary)] == [404, 404, 404], "another Ada"
    now = engine.clock.now()
    with transaction(engine) as session:
        theirs = session.scalars(select(Person).where(Person.first_names == "Ada").order_by(Person.id)).all()
        own = session.get_one(CohortSeat, seat.id)
        own.signed_at, before = now, own.person_id
        own.person_id = next(each.id for each in theirs if each.id != before)
        records.note(session, seat.id, 1, "REMOTE", reason=None, homework=True, by="t", now=now)
    assert [ada.get(each).status_code for each in (charter, sheet, summary)] == [200, 404, 404]
    assert "1 / 1" in words(ada, charter)
    for state, signed, status in (
        ("SUCCESS", now, 200),
        ("LEFT", now, 200),
        ("LEFT", None, 404),
        ("RUNNING", now, 200),
    ):
        with transaction(engine) as session:
            own = session.get_one(CohortSeat, seat.id)
            own.state, own.signed_at = state, signed
        assert ada.get(charter).status_code == status, (state, signed)
    assert "à distance" in words(clerk, f"{sheet}?session=1") and "1 / 1 · pas de fiche" in words(clerk, summary)
    assert "100 %" in words(clerk, summary)
    assert [clerk.get(f"{sheet}?session={each}").status_code for each in (99, -1)] == [404, 404]
    with transaction(engine) as session:
        others = session.scalars(select(Person.id).where(Person.first_names.in_(("Clerk", "Head")))).all()
        for state, each in zip(("CANCELLED", "MOVED"), others, strict=True):  # never came, and went on elsewhere
            session.add(CohortSeat(cohort_id=seat.cohort_id, person_id=each, situation="SEEKING", state=state))
    assert "départs : 0" in words(clerk, summary)
    with transaction(engine) as session:
        session.execute(delete(CohortSeat).where(CohortSeat.state.in_(("CANCELLED", "MOVED"))))
    with transaction(engine) as session:
        old = Cohort(
            key="GC-OLD", starts_on=now.date(), begins=now.time(), minutes=180, sessions=12, state="MERGED",
            opened_at=now,
        )  # fmt: skip
        session.add(old)
        session.flush()
        left = CohortSeat(cohort_id=old.id, person_id=before, situation="SEEKING", state="MOVED", signed_at=now)
        session.add(left)
        session.flush()
        own = session.get_one(CohortSeat, seat.id)
        own.person_id, own.signed_at, own.from_seat_id = before, None, left.id  # signed in the group before
        case = session.scalars(
            select(ProcessInstance).where(ProcessInstance.process_id == "cohort_participation")
        ).one()
        case.started_by = f"person:{before}"  # no task of hers is open yet
        theirs_too = [
            CohortSeat(id=uuid4(), cohort_id=own.cohort_id, person_id=each.id, situation="SEEKING", state="RUNNING")
            for each in session.scalars(select(Person).where(Person.first_names.in_(("Clerk", "Head"))))
        ]
        session.add_all(theirs_too)
        session.flush()
        for each in (seat, *theirs_too):
            session.add(CohortTriad(seat_id=each.id, session_no=3, number=1, drawn_at=now))
    hers = signed_in(app, engine, before)
    page = hers.get(f"/journeys/{case.id}").get_data(as_text=True)
    assert f'href="{charter}"' in page and hers.get(charter).status_code == 200
    assert hers.get("/cohorts/GC-OLD/charter.pdf").status_code == 200, "where it was signed"
    assert "La charte que vous avez signée" in page and "Dans votre trio" in page
    assert page.index("Dans votre trio") < page.index("Clerk Test, Head Test") < page.index("Référent·e réseau")
    assert "Clerk Test, Head Test" in clerk.get(f"/cohorts/{key}").get_data(as_text=True)


def words(desk: LookedAtPages, address: str) -> str:
    """The text of a PDF, in one line."""
    answer = desk.get(address)
    assert answer.mimetype == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.get_data())).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
