"""The coordination's pages: a round is compared, locked and adjusted; silent pairs come first and are written to."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.models import UserTask
from engine.transaction import reading, transaction
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import add_person
from tests.security.web import at_desk
from webapp import definitions
from workflows.association.mails import Mail
from workflows.association.memberships import Membership
from workflows.association.mentoring import guides, places, proposals, rounds
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.mentors import ACTIVE, MentorProfile
from workflows.association.mentoring.proposals import MatchingRound, PairProposal
from workflows.association.mentorships import Mentorship


@pytest.fixture
def desk(app: Flask, web_engine: Engine) -> LookedAtPages:
    """Two mentors, one demand, a round that was run; and a pair that has been silent for sixty days."""
    now = web_engine.clock.now()
    today = now.date()
    people = [add_person(web_engine, name, "Dupont") for name in ("Camille", "Noah", "Zoe")]
    with transaction(web_engine) as session:
        for number, person in enumerate(people):
            session.add(
                Membership(
                    id=uuid4(), person_id=person.id, member_no=f"100{number}", category="GRADUATE",
                    statutory_status="MEMBER", service_entitlement="CURRENT", join_date=today, start_date=today,
                    end_date=today + timedelta(days=300), changed_at=now,
                )
            )  # fmt: skip
        for person in people[:2]:
            session.add(
                MentorProfile(
                    id=uuid4(), person_id=person.id, years_exp=10, sector="BANKING", topics="FIRST_JOB",
                    rhythm="MONTHLY", languages="fr", capacity=2, track="BOTH", state=ACTIVE, charter_on=today,
                    trained_on=today,
                    registered_at=now,
                )
            )  # fmt: skip
        session.add(
            MentorDemand(
                id=uuid4(), person_id=people[2].id, goals="Un poste", topics="FIRST_JOB", languages="fr",
                rhythm="MONTHLY", years_exp=2, asked_on=today,
            )
        )  # fmt: skip
        begun = today - timedelta(days=60)
        session.add(
            Mentorship(
                id=uuid4(), mentor_id=people[0].id, mentee_id=people[1].id, started_on=begun, ends_on=today,
                sign_on=begun,
            )
        )  # fmt: skip
        session.flush()
        rounds.run(session, rounds.open_round(session, "R1", proposals.ROLLING, now), now)
    return at_desk(app, web_engine, "Mona", "MENTORING")


def rows(engine: Engine) -> tuple[str, list[PairProposal]]:
    with reading(engine) as session:
        round_id = session.scalars(select(MatchingRound.id)).one()
        return f"/mentoring/rounds/{round_id}", list(proposals.of_round(session, round_id))


def test_a_round_is_compared_locked_and_adjusted(desk: LookedAtPages, web_engine: Engine) -> None:
    address, [chosen, other] = rows(web_engine)
    page = desk.get(address).get_data(as_text=True)
    assert "Sujets en commun" in page
    assert desk.post_form(f"{address}/proposals/{other.id}/prefer").status_code == 303
    assert desk.post_form(f"{address}/again").status_code == 303
    _, after = rows(web_engine)
    assert [(each.mentor_id, each.locked) for each in after] == [(other.mentor_id, True), (chosen.mentor_id, False)]
    desk.post_form(f"{address}/proposals/{after[0].id}/unlock")
    desk.post_form(f"{address}/proposals/{after[0].id}/aside")
    desk.post_form(f"{address}/again")
    _, again = rows(web_engine)
    assert {each.mentor_id: each.state for each in again} == {
        other.mentor_id: proposals.LEFT, chosen.mentor_id: proposals.DRAFT,
    }  # fmt: skip
    left = next(each for each in again if each.state == proposals.LEFT)
    assert desk.post_form(f"{address}/proposals/{left.id}/back").status_code == 303
    with transaction(web_engine) as session:
        session.scalars(select(MatchingRound)).one().state = "SENT"
    assert desk.post_form(f"{address}/again").status_code == 409


def test_the_figures_of_a_round_are_those_of_what_would_leave_now(desk: LookedAtPages, web_engine: Engine) -> None:
    address, [chosen, other] = rows(web_engine)

    def page() -> str:
        return desk.get(address).get_data(as_text=True)

    assert "1 binôme · 0 sans mentor" in page()
    desk.post_form(f"{address}/proposals/{chosen.id}/aside")
    assert "0 binôme · 1 sans mentor" in page() and "préférez un mentor ci-dessous" in page()
    desk.post_form(f"{address}/proposals/{other.id}/prefer")
    assert f"1 binôme · 0 sans mentor</strong> · score moyen\u00a0: {other.score}" in page()
    with transaction(web_engine) as session:
        mentor = session.scalars(select(MentorProfile).where(MentorProfile.person_id == other.mentor_id)).one()
        mentor.rests_until = web_engine.clock.now().date() + timedelta(days=9)
        now = web_engine.clock.now()
        assert not places.reserve(session, mentor, other.id, now, now.date()), "as it would be when the round leaves"
    assert "0 binôme · 1 sans mentor" in page() and "Toutes les places de ce mentor vont à d’autres" in page()


def test_a_round_that_has_left_says_what_became_of_each_proposal(desk: LookedAtPages, web_engine: Engine) -> None:
    address, [chosen, other] = rows(web_engine)
    for first, second, said in (
        (proposals.HELD, proposals.SPARE, "attend les réponses"),
        (proposals.EXPIRED, proposals.PAIRED, "les deux ont dit oui"),
        (proposals.DECLINED, proposals.EXPIRED, "Plus personne n’est proposé"),
    ):
        with transaction(web_engine) as session:
            round_ = session.scalars(select(MatchingRound)).one()
            round_.state = "SENT"
            for each, state in ((chosen, first), (other, second)):
                found = session.get_one(PairProposal, each.id)
                found.state, found.proposed_at = state, None if state == proposals.SPARE else round_.computed_at
        page = desk.get(address).get_data(as_text=True)
        assert said in page and "1 binôme · 0 sans mentor" in page and "Personne ne convient" not in page
    assert "sans réponse à temps" in page and "l’un des deux a dit non" in page
    assert "Tours envoyés" in desk.get("/mentoring/").get_data(as_text=True)


def test_the_page_of_a_round_leads_whoever_may_to_the_task_that_sends_it(
    app: Flask, desk: LookedAtPages, web_engine: Engine
) -> None:
    with transaction(web_engine) as session:
        definitions.deploy(session, web_engine, [definitions.OWN / "mentorship_matching_round"], reason="test")
        session.scalars(select(MentorDemand)).one().student = True
        students = {"wave": proposals.STUDENTS}
        commands.start(session, web_engine, "mentorship_matching_round", students, by=SYSTEM)
    with reading(web_engine) as session:
        task = session.scalars(select(UserTask).where(UserTask.element == "review_round")).one()
        round_ = session.scalars(select(MatchingRound).where(MatchingRound.wave == proposals.STUDENTS)).one()
        other = session.scalars(select(MatchingRound).where(MatchingRound.key == "R1")).one()
    link = f'href="/tasks/{task.id}"'
    assert desk.get(f"/mentoring/rounds/{round_.id}").get_data(as_text=True).count(link) == 1
    assert f'href="/mentoring/rounds/{round_.id}"' in desk.get(f"/tasks/{task.id}").get_data(as_text=True)
    assert link not in desk.get(f"/mentoring/rounds/{other.id}").get_data(as_text=True)
    reader = at_desk(app, web_engine, "Gil", "GENERAL_DELEGATE")
    page = reader.get(f"/mentoring/rounds/{round_.id}").get_data(as_text=True)
    assert ("Sujets en commun" in page, link in page) == (True, False), "who reads it and may not do the task"


def test_no_more_pairs_are_locked_than_a_mentor_has_places(desk: LookedAtPages, web_engine: Engine) -> None:
    address, [chosen, other] = rows(web_engine)
    today, lina = web_engine.clock.now().date(), add_person(web_engine, "Lina", "Dupont").id
    with transaction(web_engine) as session:
        mentor = session.scalars(select(MentorProfile).where(MentorProfile.person_id == other.mentor_id)).one()
        mentor.capacity -= places.free(session, {mentor.person_id: mentor}, today)[mentor.person_id] - 1
        demand = MentorDemand(
            id=uuid4(), person_id=lina, goals="Un poste", topics="FIRST_JOB", languages="fr", rhythm="MONTHLY",
            years_exp=2, asked_on=today,
        )  # fmt: skip
        locked = PairProposal(
            id=uuid4(), round_id=chosen.round_id, demand_id=demand.id, mentor_id=other.mentor_id, rank=0, score=70,
            locked=True, state=proposals.DRAFT,
        )  # fmt: skip
        session.add(demand)
        session.flush()
        session.add(locked)
    refused = desk.post_form(f"{address}/proposals/{other.id}/prefer")
    assert refused.status_code == 409 and "Libérez-en un d’abord" in refused.get_data(as_text=True)
    assert desk.post_form(f"{address}/proposals/{locked.id}/lock").status_code == 303, "its own place it may keep"
    assert desk.post_form(f"{address}/proposals/{locked.id}/unlock").status_code == 303
    assert desk.post_form(f"{address}/proposals/{other.id}/prefer").status_code == 303


def test_silent_pairs_come_first_and_are_written_to_once_a_day(desk: LookedAtPages, web_engine: Engine) -> None:
    page = desk.get("/mentoring/").get_data(as_text=True)
    assert "Camille Dupont → Noah Dupont" in page
    assert "Appeler le binôme" in page
    with reading(web_engine) as session:
        pair_id = session.scalars(select(Mentorship.id)).one()
    chosen = {"pair": str(pair_id)}
    assert desk.post_form("/mentoring/remind", chosen).get_data(as_text=True).count("recevra ce courriel") == 2
    for said in ("courriel envoyé", "a déjà reçu ce courriel aujourd’hui"):
        page = desk.post_form("/mentoring/remind", chosen | {"step": "send"}).get_data(as_text=True)
        assert page.count(said) == 2, said
    with reading(web_engine) as session:
        assert len(session.scalars(select(Mail).where(Mail.key.startswith("pair_nudge:"))).all()) == 2


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_six_guides_are_read_as_pages_and_kept_as_pdf(app: Flask, web_engine: Engine, lang: str) -> None:
    reader = at_desk(app, web_engine, "Zoe")
    reader.post_form("/language", {"language": lang})
    listed = reader.get("/mentoring-guides/").get_data(as_text=True)
    assert len(guides.KEYS) == 6
    for topic in guides.KEYS:
        assert f"/mentoring-guides/{topic}" in listed
        page = reader.get(f"/mentoring-guides/{topic}").get_data(as_text=True)
        assert ("For you" if lang == "en" else "Pour vous") in page or topic == "check_in"
    assert reader.get("/mentoring-guides/closing.pdf").get_data().startswith(b"%PDF")
    assert reader.get("/mentoring-guides/other").status_code == 404
    diagram = (definitions.OWN / "mentorship" / "mentorship.bpmn").read_text()
    assert [step for step in guides.OF_STEP if f'<bpmn:userTask id="{step}"' not in diagram] == []
