"""Renewals on pages: a member's own, and the campaign of them all for those who run it."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, select, update

from engine import jobs
from engine.assignment import SYSTEM
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.models import Job
from engine.transaction import reading, transaction
from tests.fixtures.staff import PASSWORD, add_person
from tests.webapp.test_membership_page import signed_in
from webapp.cli import main
from workflows.association import parameters, renewal_campaign
from workflows.association.case_variables import local_day
from workflows.association.diplomas import Diploma
from workflows.association.mails import Mail
from workflows.association.memberships import Membership
from workflows.association.people import Person
from workflows.association.renewal_campaign import Counts
from workflows.association.renewal_reminders import Told


def member(engine: Engine, first: str, number: str, *, left: int) -> Person:
    """A graduate whose membership ends in so many days."""
    person = add_person(engine, first, "Petit", password=PASSWORD)
    today = local_day(engine.clock.now(), engine.settings.zone)
    with transaction(engine) as session:
        found = session.get_one(Person, person.id)
        found.situation, found.country = "EMPLOYED", "FR"
        found.diplomas.append(Diploma(id=uuid4(), programme="PGE", promotion_year=today.year - 10, verified="REGISTRY"))
        end = today + timedelta(days=left)
        session.add(
            Membership(
                id=uuid4(), person_id=person.id, member_no=number, category="GRADUATE", statutory_status="MEMBER",
                service_entitlement="CURRENT", join_date=end - timedelta(days=700), changed_at=engine.clock.now(),
                start_date=end - timedelta(days=364), end_date=end,
            )
        )  # fmt: skip
    return person


def run(engine: Engine) -> None:
    while jobs.run_due(engine):
        pass


def test_a_member_begins_her_renewal_and_finds_it_again(app: Flask, joining: Engine) -> None:
    browser = signed_in(app, member(joining, "Zoe", "1001", left=100))
    page = browser.get("/membership/").get_data(as_text=True)
    assert "Renouveler mon adhésion" in page
    answer = browser.post_form("/membership/renew")
    assert answer.status_code == 303
    shown = browser.get(answer.location).get_data(as_text=True)
    assert "Renouveler mon adhésion" in shown
    assert browser.post_form("/membership/renew").location == answer.location, "once"
    page = browser.get("/membership/").get_data(as_text=True)
    assert re.search(r"Une année vous coûte 160,00\s€", page), page[page.find("Renouveler") :][:900]


def test_there_is_nothing_to_renew_of_who_is_no_member(app: Flask, joining: Engine) -> None:
    browser = signed_in(app, add_person(joining, "Max", "Roy", password=PASSWORD))
    assert browser.post_form("/membership/renew").location == "/membership/"


def test_the_campaign_is_begun_counted_and_stopped(app: Flask, joining: Engine) -> None:
    declare(joining)
    for number in range(3):
        member(joining, f"Zoe{number}", f"200{number}", left=30 + number)
    browser = signed_in(app, add_person(joining, "Anna", "Berger", "MEMBERSHIP", password=PASSWORD))
    assert "3 sont à commencer" in browser.get("/campaigns/renewals").get_data(as_text=True)
    assert browser.post_form("/campaigns/renewals/begin").status_code == 303
    answer = browser.get("/campaigns/renewals")
    assert "Refresh" in answer.headers and "se recharge d’elle-même" in answer.get_data(as_text=True)
    run(joining)
    answer = browser.get("/campaigns/renewals")
    assert "Refresh" not in answer.headers
    page = answer.get_data(as_text=True)
    assert "3 renouvellements sont commencés" in page
    assert "Ils commencent d’eux-mêmes" in page
    browser.post_form("/campaigns/renewals/stop")
    member(joining, "Late", "3001", left=5)
    with transaction(joining) as session:
        assert renewal_campaign.batch(session, joining) == 0
    assert "1 est à commencer" in browser.get("/campaigns/renewals").get_data(as_text=True)


def test_a_campaign_whose_work_gave_up_says_so_and_is_tried_again(app: Flask, joining: Engine) -> None:
    declare(joining)
    member(joining, "Zoe", "2001", left=30)
    browser = signed_in(app, add_person(joining, "Anna", "Berger", "MEMBERSHIP", password=PASSWORD))
    browser.post_form("/campaigns/renewals/begin")
    with transaction(joining) as session:
        session.execute(update(Job).where(Job.type == renewal_campaign.JOB_TYPE).values(held=True, retries=0))
    answer = browser.get("/campaigns/renewals")
    page = answer.get_data(as_text=True)
    assert "Refresh" not in answer.headers and "arrêté le démarrage" in page and "Réessayer" in page
    assert browser.post_form("/campaigns/renewals/begin").status_code == 303
    assert "Refresh" in browser.get("/campaigns/renewals").headers
    run(joining)
    page = browser.get("/campaigns/renewals").get_data(as_text=True)
    assert "1 renouvellement est commencé" in page and "Réessayer" not in page
    with reading(joining) as session:
        held = session.scalars(select(Job.held).where(Job.type == renewal_campaign.JOB_TYPE)).all()
    assert held == [False], "the next night, and nothing that gave up"


def test_a_campaign_that_was_cut_off_goes_on_where_it_was(joining: Engine) -> None:
    declare(joining)
    for number in range(5):
        member(joining, f"Zoe{number}", f"200{number}", left=30)
    with transaction(joining) as session:
        renewal_campaign.begin(session, joining, by=SYSTEM)
        renewal_campaign.begin(session, joining, by=SYSTEM)
    with transaction(joining) as session:
        assert renewal_campaign.batch(session, joining, size=2) == 2
    run(joining)
    counts = counted(joining)
    assert (counts.to_start, counts.started, counts.share) == (0, 5, 100)


def test_what_waits_and_what_was_held_back_has_not_left(app: Flask, joining: Engine) -> None:
    declare(joining)
    people = [member(joining, f"Zoe{number}", f"200{number}", left=60) for number in range(3)]
    with transaction(joining) as session:
        renewal_campaign.begin(session, joining, by=SYSTEM)
    run(joining)
    assert isinstance(joining.clock, VirtualClock)
    joining.clock.advance(timedelta(days=1))
    run(joining)
    counts = counted(joining)
    assert counts.told == {"renew_60": Told(left=3)} and counts.silent == {}
    with transaction(joining) as session:
        for person, state in zip(people, ("QUEUED", "SUPPRESSED"), strict=False):
            mail = session.scalars(select(Mail).where(Mail.person_id == person.id)).one()
            mail.state, mail.suppressed = state, "PAID" if state == "SUPPRESSED" else None
    counts = counted(joining)
    assert counts.told == {"renew_60": Told(left=1, waiting=1, held_back=1)} and counts.silent == {"PAID": 1}
    with transaction(joining) as session:  # handed over, and not written yet
        session.execute(delete(Mail).where(Mail.state == "QUEUED"))
    assert counted(joining).told == counts.told
    page = (
        signed_in(app, add_person(joining, "Anna", "Berger", "MEMBERSHIP", password=PASSWORD))
        .get("/campaigns/renewals")
        .get_data(as_text=True)
    )
    assert "Retenus au dernier moment" in page and "payé entre-temps, vu au dernier moment" in page
    with transaction(joining) as session:  # a mail of the case that is no reminder
        session.execute(update(Mail).where(Mail.state == "SUPPRESSED").values(template="order_expired"))
    counts = counted(joining)
    assert list(counts.told) == ["renew_60"] and counts.silent == {}


def counted(engine: Engine) -> Counts:
    with reading(engine) as session:
        return renewal_campaign.counts(session, local_day(engine.clock.now(), engine.settings.zone))


def test_only_those_who_run_campaigns_see_them(app: Flask, joining: Engine) -> None:
    browser = signed_in(app, add_person(joining, "Max", "Roy", "EDITOR", password=PASSWORD))
    assert browser.get("/campaigns/renewals").status_code in {403, 404}
    assert browser.post_form("/campaigns/letters.zip").status_code in {403, 404}


def declare(engine: Engine) -> None:
    """The first rows of every dated table."""
    with transaction(engine) as session:
        parameters.declare_first(
            session, valid_from=local_day(engine.clock.now(), engine.settings.zone), decided_by="AG"
        )


def test_the_command_says_what_it_does() -> None:
    answer = CliRunner().invoke(main, ["campaign", "renewals", "--help"])
    assert answer.exit_code == 0
    assert "nobody is started twice" in " ".join(answer.output.split())
