"""The demo association: the same people every time, of the size that is promised, with cases that run."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from random import Random

import pytest
from sqlalchemy import func, select

from engine.models import ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from workflows.association import demo, role_names, roles
from workflows.association.cohorts.records import Cohort, CohortMark
from workflows.association.cohorts.sheets import CohortSheet
from workflows.association.demo import event_life
from workflows.association.demo.group_lists import group_rows
from workflows.association.demo.loading import DemoPresent
from workflows.association.demo.staff import STAFF_COUNT
from workflows.association.events.records import Event
from workflows.association.gifts import pledges, receipts
from workflows.association.gifts.receipts import TaxReceipt
from workflows.association.groups import Group
from workflows.association.memberships import Membership
from workflows.association.mentoring.proposals import MatchingRound
from workflows.association.mentorships import Mentorship
from workflows.association.people import Person

TODAY = date(2026, 11, 23)
PEOPLE = "8b5ab773127b814b"  # changes only where the lists or the order of the draws change


def load(office: Office) -> demo.Demo:
    with transaction(office.engine) as session:
        return demo.load(session, today=TODAY)


def test_it_is_as_large_as_it_says(office: Office) -> None:
    loaded = load(office)
    with reading(office.engine) as session:
        people = session.scalar(select(func.count()).select_from(Person))
        members = session.scalars(select(Membership.member_no)).all()
        kinds = {row[0]: row[1] for row in session.execute(select(Group.kind, func.count()).group_by(Group.kind))}
        assert people == 2_000 + len(loaded.staff)
        assert all(roles.of(session, member.person_id, TODAY) == set(member.roles) for member in loaded.staff)
    assert len(members) == len(set(members)) == loaded.counts["members"] == 625
    assert kinds == {"PROFESSIONAL": 48, "REGIONAL": 28, "CHAPTER": 75, "CLUB": 25, "THEMATIC": 4}
    assert sum(not role_names.STAFF_ROLES.isdisjoint(member.roles) for member in loaded.staff) == STAFF_COUNT


def test_it_is_the_same_every_time(office: Office) -> None:
    first = load(office)
    with reading(office.engine) as session:
        people = session.execute(select(Person.id, Person.search_name, Person.birth_date).order_by(Person.id)).all()
    assert first.staff[0].email == "helene.vasseur@amicale.example"
    digest = hashlib.sha256(repr(sorted(tuple(map(str, person)) for person in people)).encode()).hexdigest()
    assert digest[:16] == PEOPLE
    assert len({person.search_name for person in people}) > 1_500


def test_its_cases_stand_at_different_places(office: Office) -> None:
    load(office)
    assert demo.begin_cases(office.engine) == 15
    with reading(office.engine) as session:
        open_tasks = set(session.scalars(select(UserTask.element).where(UserTask.state == "created")))
        due = session.scalars(select(UserTask.due_at).where(UserTask.state == "created", UserTask.due_at.is_not(None)))
        due_days = [moment.date() for moment in due if moment is not None]
        joining = ProcessInstance.process_id == "membership_application"
        titles = session.scalars(select(ProcessInstance.title).where(joining)).all()
    assert open_tasks == {
        "check_diploma", "review_duplicate", "check_register", "record_transfer", "record_cheque", "give_consents",
        "upload_proof", "record_collection", "choose_use", "decide_admission", "complete_profile",
        "ask_for_address",
    }  # fmt: skip
    assert min(due_days) < TODAY <= max(due_days), "some are late, some are not"
    assert all(title and title.startswith("Adhésion ADH-2026-") for title in titles)
    assert event_life.begin_events(office.engine) == 12
    with reading(office.engine) as session:
        states = Counter(session.scalars(select(Event.state)))
    assert states["PUBLISHED"] >= 6
    assert states["PROPOSED"] >= 3
    assert office.incidents() == []


def test_it_is_loaded_into_an_empty_database_only(office: Office) -> None:
    load(office)
    with transaction(office.engine) as session, pytest.raises(DemoPresent):
        demo.load(session, today=TODAY)


def test_groups_have_names_of_their_own() -> None:
    rows = list(group_rows(Random(1)))
    assert len({row["name_fr"] for row in rows}) == len({row["name_en"] for row in rows}) == 180


def test_its_programmes_stand_in_the_middle(office: Office) -> None:
    """A career group in its third month with a session to note, a dozen pairs of every health, a round to look at."""
    load(office)
    demo.begin_programmes(office.engine)
    assert [each.message for each in office.incidents()] == []
    with reading(office.engine) as session:
        open_tasks = set(session.scalars(select(UserTask.element).where(UserTask.state == "created")))
        running = session.scalars(select(Cohort).where(Cohort.state == "RUNNING")).one()
        assert (running.held, session.scalar(select(func.count()).select_from(CohortMark))) == (10, 110)
        sheets = session.scalars(select(CohortSheet)).all()
        assert (len({each.seat_id for each in sheets}), all(each.assessment for each in sheets)) == (9, True)
        assert session.scalar(select(func.count()).select_from(Mentorship)) == 12
        assert session.scalars(select(MatchingRound.matched)).one() == 5
        assert (session.scalar(select(func.count()).select_from(TaxReceipt)), receipts.gaps(session)) == (9, [])
        assert len(pledges.late(session, office.clock.now().date())) == 2
    assert open_tasks >= {"enter_attendance", "write_sheet", "review_round", "hold_talk", "give_dates", "answer_offer"}
