"""What is old enough goes, what is younger or held by law stays; a dry run changes nothing; on both databases."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from engine.calendar import PARIS
from engine.jobs import run_due
from engine.models import HistoryEvent, Job, ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.installations import Install, Installation
from tests.fixtures.staff import add_person
from tests.workflows.test_erasure import join
from webapp.drafts.store import Draft
from webapp.files.store import StoredFile
from webapp.house import association_of
from workflows.association import mandate_lapse, openings
from workflows.association.calendars import appointments
from workflows.association.events.records import Event
from workflows.association.events.registrations import EventRegistration
from workflows.association.gifts.donors import Donor
from workflows.association.gifts.register import Gift
from workflows.association.import_log import RecordImport
from workflows.association.invoices import Invoice
from workflows.association.mails import Mail
from workflows.association.mandates import Mandate
from workflows.association.orders import Order
from workflows.association.people import Person
from workflows.association.privacy import nightly
from workflows.association.privacy.retention import RetentionRun, run


@pytest.fixture
def here(install: Install) -> Installation:
    return install("here")


def night(it: Installation, *, dry: bool = False, only: str = "") -> dict[str, tuple[int, int]]:
    found = run(it.engine, association_of(it.settings, it.clock), dry=dry, only=only)
    return {each.rule: (each.found, each.done) for each in found if each.found}


def count(it: Installation, model: type) -> int:
    with reading(it.engine) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_time_takes_cases_mails_and_files_and_the_law_keeps_accounts(here: Installation) -> None:
    join(here)
    assert night(here) == {}
    with transaction(here.engine) as session:
        case = session.scalars(select(ProcessInstance)).first()
        assert case is not None
        for each in session.scalars(select(ProcessInstance)):
            each.status, each.ended_at = "completed", here.clock.now()
        draft = Draft(
            task_id=session.scalars(select(UserTask.id)).first(), actor="x", typed={}, saved_at=here.clock.now()
        )
        session.add(draft)
    here.clock.advance(timedelta(days=95))
    before = here.rows()
    dry = night(here, dry=True)
    assert {"proof", "draft:draft"} <= set(dry)
    assert {name: rows for name, rows in here.rows().items() if name != "retention_run"} == {
        name: rows for name, rows in before.items() if name != "retention_run"
    }
    assert {key: found for key, (found, _done) in night(here).items()} == {
        key: found for key, (found, _) in dry.items()
    }
    with reading(here.engine) as session:
        assert all(file.erased_at is not None for file in session.scalars(select(StoredFile)))
    assert count(here, Draft) == 0 and count(here, Mail) > 0
    here.clock.advance(timedelta(days=3 * 366))
    night(here)
    assert [count(here, model) for model in (ProcessInstance, HistoryEvent, UserTask, Mail)] == [0, 0, 0, 0]
    assert count(here, Order) == 1 and count(here, Invoice) == 1
    here.clock.advance(timedelta(days=8 * 366))
    night(here)
    assert count(here, Order) == 0 and count(here, Invoice) == 0
    night(here)  # what a receipt still needed the night before
    assert night(here) == {}
    with reading(here.engine) as session:
        assert session.scalar(select(func.count()).select_from(RetentionRun).where(RetentionRun.dry)) == len(dry)


def test_who_never_joined_is_reduced_to_the_register(here: Installation) -> None:
    old, young = add_person(here.engine, "Ancienne", "Diplomee"), add_person(here.engine, "Recent", "Diplome")
    with transaction(here.engine) as session:
        for person, days in ((old, 4 * 366), (young, 30)):
            brought = RecordImport(
                id=uuid4(), name="x", digest="x", at=here.clock.now() - timedelta(days=days), by="x", added=1,
                changed=0, before=[], contacts=[],
            )  # fmt: skip
            session.add(brought)
            session.get_one(Person, person.id).import_id = brought.id
            session.get_one(Person, person.id).birth_date = date(1980, 1, 1)
    assert night(here, only="prospect")["prospect"] == (1, 1)
    with reading(here.engine) as session:
        gone, kept = session.get_one(Person, old.id), session.get_one(Person, young.id)
        assert (gone.birth_name, gone.emails, gone.birth_date) == ("Diplomee", [], None)
        assert len(kept.emails) == 1


def attended(here: Installation, *came: tuple[Person, int]) -> None:
    """An event whose seats were asked for so many days ago."""
    now, organiser = here.clock.now(), add_person(here.engine, "Lea", "Venue")
    with transaction(here.engine) as session:
        event = Event(
            id=uuid4(), key="EVT-1", organiser_id=organiser.id, kind="TALK", title_fr="Causerie", day=now.date(),
            begins=time(19), minutes=60, place="Lyon", expected=9, capacity=9, proposed_at=now,
        )  # fmt: skip
        session.add(event)
        session.flush()
        date_ = appointments.plan(
            session, "EVT-1", "d1", titles=("a", "a"), minutes=60, now=now, starts=now.astimezone(PARIS)
        )
        for person, days in came:
            session.add(
                EventRegistration(
                    id=uuid4(), event_id=event.id, appointment_id=date_.id, person_id=person.id, entitlement="PUBLIC",
                    state="ATTENDED", asked_at=now - timedelta(days=days),
                )
            )  # fmt: skip


def names(here: Installation, *people: Person) -> list[str]:
    with reading(here.engine) as session:
        return [session.get_one(Person, each.id).first_names for each in people]


def test_a_visitor_whom_the_school_does_not_know_leaves_no_name(here: Installation) -> None:
    old, young = (add_person(here.engine, name, "Venue") for name in ("Una", "Ola"))
    attended(here, (old, 4 * 366), (young, 30))
    assert night(here, only="prospect")["prospect"] == (1, 1)
    with reading(here.engine) as session:
        gone, kept = session.get_one(Person, old.id), session.get_one(Person, young.id)
        assert (gone.display_name.strip(), gone.search_name.strip(), gone.emails) == ("", "", [])
        assert gone.erased_on is not None and kept.first_names == "Ola"


def test_who_stands_in_the_accounts_keeps_the_name_as_long_as_they_are_kept(here: Installation) -> None:
    """Donor, contact of a company that gives, payer and holder of a mandate: reached no more, named until then."""
    long_ago = here.clock.now() - timedelta(days=4 * 366)
    called = ("Dona", "Cora", "Paya", "Mada", "Giva")
    people = [add_person(here.engine, name, "Venue") for name in called]
    donor, contact, payer, holder, giver = people
    attended(here, *((each, 4 * 366) for each in people))
    with transaction(here.engine) as session:
        for person, kind, at in (
            (donor, "INDIVIDUAL", long_ago), (contact, "COMPANY", long_ago), (giver, "INDIVIDUAL", here.clock.now())
        ):  # fmt: skip
            giving = Donor(id=uuid4(), kind=kind, person_id=person.id, name=kind, since=long_ago)
            session.add(giving)
            session.flush()
            session.add(
                Gift(
                    key=str(person.id), donor_id=giving.id, amount=Decimal(50), origin="ENTRY", means="CHEQUE",
                    noted_at=at, noted_by="x",
                )
            )  # fmt: skip
        session.add(
            Order(id=uuid4(), key="O-1", person_id=payer.id, means="CARD", state="PAID", created_at=long_ago,
                  closed_at=long_ago)
        )  # fmt: skip
        session.add(
            Mandate(id=uuid4(), reference="M-1", person_id=holder.id, holder="Mada", iban="FR76", kind="RCUR",
                    signed_at=long_ago, signed_by="x")
        )  # fmt: skip
    assert night(here, only="prospect")["prospect"] == (4, 4), "who gave this year is no prospect of three years ago"
    assert names(here, *people) == list(called)
    with reading(here.engine) as session:
        assert [len(session.get_one(Person, each.id).emails) for each in people] == [0, 0, 0, 0, 1]
    assert night(here) == {}
    here.clock.advance(timedelta(days=7 * 366))
    night(here)  # accounts and receipts go tonight
    night(here)
    assert names(here, *people) == ["", "", "", "Mada", ""]
    assert mandate_lapse.lapse(here.engine, here.clock.now().date()) == 1
    here.clock.advance(timedelta(days=400))
    night(here)
    assert count(here, Mandate) == 1, "a debit without a mandate may be contested for thirteen months"
    here.clock.advance(timedelta(days=40))
    night(here)
    night(here)
    assert names(here, holder) == [""]
    assert count(here, Mandate) == 0
    assert count(here, Order) == count(here, Gift) == 0
    assert "prospect" not in night(here)


def test_a_table_that_says_since_when_is_covered_by_that_line(here: Installation) -> None:
    with transaction(here.engine) as session:
        for days in (10, 400):
            at = here.clock.now() - timedelta(days=days)
            openings.note(session, uuid4(), by="person:x", role="DATA", reason="search", shown=(), now=at)
    assert night(here, only="openings") == {"openings:person_opening": (1, 1)}


def test_each_night_leaves_the_next_one_behind(here: Installation) -> None:
    for _process in range(2):
        nightly.ensure(here.engine)
    with reading(here.engine) as session:
        first = session.scalars(select(Job).where(Job.type == nightly.JOB_TYPE)).one()
    assert first.due_at.astimezone(here.engine.settings.zone).hour == 3
    here.clock.set(first.due_at)
    while run_due(here.engine):
        pass
    with reading(here.engine) as session:
        second = session.scalars(select(Job).where(Job.type == nightly.JOB_TYPE)).one()
    assert second.due_at - first.due_at == timedelta(days=1)
