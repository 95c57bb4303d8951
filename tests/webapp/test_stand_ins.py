"""“I cannot come”, for who organises an event and for who accompanies somebody: who is proposed, and who is told."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select

from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.staff import add_person
from tests.security.web import at_desk, signed_in
from workflows.association.absences import Absence
from workflows.association.calendars import appointments
from workflows.association.events.records import PUBLISHED, Event
from workflows.association.events.registrations import CONFIRMED, EventRegistration
from workflows.association.mails import Mail
from workflows.association.mentorships import Mentorship

PARIS = ZoneInfo("Europe/Paris")


def told(engine: Engine) -> dict[str, str]:
    """The mails about an absence, by reader."""
    with reading(engine) as session:
        found = session.scalars(select(Mail).where(Mail.subject.contains("absent") | Mail.subject.contains("venir")))
        return {each.to_address.partition(".")[0]: each.text for each in found}


def an_event(engine: Engine, organiser: UUID, guest: UUID, day: date) -> None:
    """An event with two dates, a week apart; the guest is registered for the first."""
    now = engine.clock.now()
    with transaction(engine) as session:
        made = Event(
            id=uuid4(), key="EVT-7", organiser_id=organiser, kind="TALK", title_fr="Causerie", day=day, begins=time(19),
            minutes=120, place="Lyon", expected=9, capacity=9, approved_capacity=9, state=PUBLISHED, proposed_at=now,
            approved={"expected": 9},
        )  # fmt: skip
        session.add(made)
        session.flush()
        first, _second = (
            appointments.plan(
                session, made.key, f"d{week}", titles=("Causerie", "Talk"), minutes=120, now=now,
                starts=datetime.combine(day + timedelta(weeks=week), time(19), PARIS),
            )
            for week in (0, 1)
        )  # fmt: skip
        session.add(
            EventRegistration(
                id=uuid4(), event_id=made.id, appointment_id=first.id, person_id=guest, entitlement="MEMBER",
                state=CONFIRMED, asked_at=now, ticket="K7PM2XQ9T7",
            )
        )  # fmt: skip


def test_an_organiser_without_a_role_finds_who_welcomes_the_guests(app: Flask, web_engine: Engine) -> None:
    lea, gil = (add_person(web_engine, name, "Essai") for name in ("Lea", "Gil"))
    day = web_engine.clock.now().astimezone(PARIS).date() + timedelta(days=9)
    at_desk(app, web_engine, "Eva", "EVENTS")
    an_event(web_engine, lea.id, gil.id, day)
    desk, link = signed_in(app, web_engine, lea.id), f"/mandates/mine?first={day}&amp;last={day}"
    assert link in desk.get("/events/EVT-7").get_data(as_text=True)
    assert link not in signed_in(app, web_engine, gil.id).get("/events/EVT-7").get_data(as_text=True), (
        "a guest welcomes nobody"
    )
    page = desk.get(link.replace("&amp;", "&")).get_data(as_text=True)
    assert 'Eva Test<span class="am-quiet"> · Événements</span>' in page, "who acts for the event is proposed"
    assert "Gil Essai" not in page
    sent = {"first": str(day), "last": str(day), "message": "Les badges sont prêts."}
    refused = desk.post_form("/mandates/mine", {**sent, "substitute": str(gil.id)})
    assert refused.status_code == 422, "a guest does not act for the event"
    assert 'id="substitute-none-error"' in refused.get_data(as_text=True)
    for wrong, said in (
        (
            {"first": ""},
            'id="first-error"><span class="govuk-visually-hidden">Erreur :</span> Donnez votre premier jour',
        ),
        ({"last": "x"}, 'aria-describedby="last-error"'),
        ({"first": str(day - timedelta(days=400))}, "au plus tôt aujourd’hui"),
        ({"last": str(day - timedelta(days=1))}, "ne peut pas précéder le premier"),
    ):
        page_ = desk.post_form("/mandates/mine", {"first": str(day), "last": str(day), **wrong}).get_data(as_text=True)
        assert said in page_.replace("\xa0", " ")
    assert "Les badges sont prêts.</textarea>" in refused.get_data(as_text=True), "nothing typed is lost"
    switched = desk.post_form("/language?language=en&next=/mandates/mine&keep=1", {**sent, "substitute": ""})
    shown = desk.get(switched.location).get_data(as_text=True)
    assert "Who stands in for you?" in shown and "Les badges sont prêts.</textarea>" in shown
    assert 'name="substitute" value="" checked' in shown, "nor what was chosen"
    desk.post_form("/language", {"language": "fr"})
    assert told(web_engine) == {}
    chosen = page.partition("Eva Test")[0].rpartition('value="')[2].partition('"')[0]
    assert desk.post_form("/mandates/mine", {**sent, "substitute": chosen}).status_code == 303
    assert desk.post_form("/mandates/mine", {"first": str(day), "last": str(day)}).status_code == 422, "once is enough"
    assert "déjà absent·e" in desk.post_form("/mandates/mine", {"first": str(day), "last": str(day)}).text
    mails = told(web_engine)
    assert set(mails) == {"gil", "eva"}
    assert "L’événement a lieu : Eva Test vous accueille." in mails["gil"]
    assert "Eva Test accueille à sa place." in mails["eva"]
    strange = signed_in(app, web_engine, gil.id).post_form("/mandates/mine", {**sent, "substitute": ""})
    assert strange.status_code == 403, "nobody counts on a guest"


def test_with_nobody_in_the_stead_the_office_is_told_to_find_somebody(app: Flask, web_engine: Engine) -> None:
    lea, gil = (add_person(web_engine, name, "Essai") for name in ("Lea", "Gil"))
    day = web_engine.clock.now().astimezone(PARIS).date() + timedelta(days=9)
    at_desk(app, web_engine, "Eva", "EVENTS")
    an_event(web_engine, lea.id, gil.id, day)
    later = str(day + timedelta(weeks=1))
    desk = signed_in(app, web_engine, lea.id)
    assert desk.post_form("/mandates/mine", {"first": later, "last": later, "substitute": ""}).status_code == 303
    mails = told(web_engine)
    assert set(mails) == {"eva"}, "nobody is registered for that date"
    assert "Personne ne remplace : trouvez quelqu’un" in mails["eva"]


def test_a_mentor_who_is_away_leaves_nobody_alone(app: Flask, web_engine: Engine) -> None:
    maud, noe, zoe = (add_person(web_engine, name, "Essai") for name in ("Maud", "Noe", "Zoe"))
    today = web_engine.clock.now().astimezone(PARIS).date()
    coordination = at_desk(app, web_engine, "Cora", "MENTORING")
    with transaction(web_engine) as session:
        for mentee in (noe, zoe):
            session.add(
                Mentorship(
                    id=uuid4(), mentor_id=maud.id, mentee_id=mentee.id, started_on=today - timedelta(days=60),
                    ends_on=today + timedelta(days=120),
                )
            )  # fmt: skip
    first, last = str(today + timedelta(days=2)), str(today + timedelta(days=12))
    page = signed_in(app, web_engine, maud.id).get(f"/mandates/mine?first={first}&last={last}").get_data(as_text=True)
    assert "Cora Test" in page
    assert "Noe Essai" not in page, "a mentee stands in for nobody"
    chosen = page.partition("Cora Test")[0].rpartition('value="')[2].partition('"')[0]
    sent = {"first": first, "last": last, "substitute": chosen, "message": "Noé prépare un entretien."}
    assert signed_in(app, web_engine, maud.id).post_form("/mandates/mine", sent).status_code == 303
    mails = told(web_engine)
    assert set(mails) == {"noe", "zoe", "cora"}
    assert "Cora Test est là pour vous" in mails["noe"]
    assert "Ses mentorés sont prévenus : 2." in mails["cora"]
    assert '<div class="govuk-inset-text">Noé prépare' in coordination.get("/mandates/mine").get_data(as_text=True)
    coordination.post_form("/language", {"language": "en"})
    assert 'text" lang="fr">Noé prépare un entretien.' in coordination.get("/mandates/mine").get_data(as_text=True)
    with reading(web_engine) as session:
        assert session.scalars(select(Mentorship.sign_on)).all() == [today, today], "to say so is a sign"
        (away,) = session.scalars(select(Absence))
    assert (str(away.from_date), str(away.to_date)) == (first, last)
    mentee = signed_in(app, web_engine, noe.id).post_form("/mandates/mine", {**sent, "substitute": ""})
    assert mentee.status_code == 403, "whoever is accompanied changes a date instead"
