"""Erasing somebody: after it no byte of the database tells of her but what the law holds back, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM
from engine.audit import audit_cases
from engine.calendar import PARIS
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.engine.bpmn.drawing import catch, document, end, event, flows, message, start
from tests.fixtures.installations import Install, Installation
from tests.fixtures.members import JOINING, decide_tariffs, files_of
from tests.fixtures.office import NOON, Letterbox, Office
from tests.fixtures.staff import add_person
from tests.steps.applications import applies, gives_the_consents, the_register_knows
from tests.steps.payments import fills_the_basket, pays_by_card
from webapp.backup import saving
from webapp.backup.restoring import restore
from webapp.comments.store import Comment
from webapp.files.store import ATTACHED, StoredFile, path_of
from webapp.house import association_of
from workflows import golden_cases
from workflows.association import openings, peers
from workflows.association.contacts import Address
from workflows.association.gifts import documents, donors, receipts
from workflows.association.gifts.donors import Donor
from workflows.association.gifts.pledges import Pledge
from workflows.association.gifts.receipts import TaxReceipt
from workflows.association.gifts.register import Gift
from workflows.association.incoming_mail import Incoming
from workflows.association.mails import Mail
from workflows.association.member_records import Feedback
from workflows.association.memberships import Membership
from workflows.association.mentoring.mentors import MentorProfile
from workflows.association.mentorships import Mentorship
from workflows.association.notices.choices import NoticeChoice
from workflows.association.notices.devices import PushDevice
from workflows.association.notices.telling import Notice
from workflows.association.notices.watching import ToldTask
from workflows.association.orders import Order
from workflows.association.people import Person
from workflows.association.privacy import erasure, erasure_log, export, parting, requests
from workflows.association.privacy.requests import ErasureRequest, NotYours
from workflows.association.received_mails import file_mail
from workflows.association.roles import RoleHolding

FIRST, LAST, EMAIL, PHONE = "Ambrosine", "Quintefeuille", "ambrosine@boite.example", "+33612345678"
NOTE = "Elle prépare une reconversion"
TRACES = (FIRST, LAST, "ambrosine", "quintefeuille", "boite.example", "612345678", NOTE, "4 impasse du Loriot")
NOTICES = {"push_device", "notice", "notice_choice", "told_task"}


@pytest.fixture
def here(install: Install) -> Iterator[Installation]:
    yield install("here")


def office_of(it: Installation) -> Office:
    association = association_of(it.settings, it.clock)
    with transaction(it.engine) as session:
        for resources in files_of(JOINING):
            commands.deploy(session, it.engine, resources, by=SYSTEM)
    decide_tariffs(it.engine, it.clock.now().date())
    return Office(it.engine, it.clock, Letterbox(), association)


def join(it: Installation) -> UUID:
    """Ambrosine joins, pays dues and a gift, fills her profile, answers a mail, is talked about and looked at."""
    office = office_of(it)
    staff = add_person(it.engine, "Odile", "Roux", "MEMBERSHIP", "DATA")
    the_register_knows(office, f"{FIRST} {LAST}", "4 March 1990", "PGE", 2013)
    applies(office, f"{FIRST} {LAST}", "yes", "GRADUATE", "4 March 1990", "PGE", "2013")
    with transaction(it.engine) as session:
        application = session.get_one(type(office.application()), office.application_id)
        application.email, application.phone = EMAIL, PHONE
        peers.ask(session, application, [session.get_one(Person, staff.id)], it.clock.now())
    gives_the_consents(office)
    fills_the_basket(office, "CARD", "1", "50")
    pays_by_card(office, 210)
    with transaction(it.engine) as session:
        person = session.scalars(select(Person).where(Person.birth_name == LAST)).one()
        now = it.clock.now()
        mail = session.scalars(select(Mail).where(Mail.application_id == office.application_id)).first()
        assert mail is not None and office.instance_id is not None
        session.add(Comment(
            id=uuid4(), instance_id=office.instance_id, author=f"person:{staff.id}", author_name="Odile Roux",
            text=f"{FIRST} a rappelé", written_at=now,
        ))  # fmt: skip
        person.addresses.append(
            Address(id=uuid4(), person_id=person.id, lines="4 impasse du Loriot", city="Paris", country="FR")
        )
        session.add(Feedback(id=uuid4(), person_id=person.id, about="JOINING", comment=NOTE, at=now))
        openings.note(session, person.id, by=f"person:{staff.id}", role="DATA", reason="search", shown=(), now=now)
        answered = (mail.message_id or "").strip("<>")
        file_mail(session, it.engine, office.association, Incoming(
            key=uuid4().hex, sender=EMAIL, subject=f"De {LAST}", text=NOTE, recipients=(), answered=(answered,),
            automatic=False, failed=(), report=False, attachments=0,
        ))  # fmt: skip
        for field in ("proof", ATTACHED):  # of a form, and put there by staff
            upload(it, session, office.instance_id, field)
    office.run()
    return person.id


def lead_a_full_life(it: Installation, person_id: UUID) -> None:
    """She is mentor and mentee, leads a group, accompanies a career group, gives each month, and has a receipt (X1)."""
    other, now = add_person(it.engine, "Basile", "Ozanne", "MENTOR"), it.clock.now()
    today = now.date()
    with transaction(it.engine) as session:
        for role in ("GROUP_LEAD", "FACILITATOR", "MENTOR"):
            session.add(RoleHolding(id=uuid4(), person_id=person_id, role=role, from_date=today))
        session.add(
            MentorProfile(
                id=uuid4(), person_id=person_id, years_exp=12, sector="BANKING", functions="DATA", languages="fr",
                topics="", capacity=1, rhythm="MONTHLY", track="BOTH", country="FR", employer=f"Cabinet {LAST}",
                state="ACTIVE", charter_on=today, trained_on=today, registered_at=now,
            )
        )  # fmt: skip
        for mentor, mentee in ((person_id, other.id), (other.id, person_id)):
            session.add(
                Mentorship(
                    id=uuid4(), mentor_id=mentor, mentee_id=mentee, started_on=today, ends_on=today, meetings=1,
                    aims=f"- {NOTE}", rhythm="MONTHLY", channel="VIDEO", sign_on=today,
                )
            )  # fmt: skip
        donor = donors.individual(session, person_id, now)
        gift = Gift(
            id=uuid4(), key=f"entry:{uuid4()}", donor_id=donor.id, amount=Decimal(90), origin="ENTRY", means="CARD",
            class_="GIFT_IND", given_on=today, fiscal_year=today.year, state="BOOKED", tribute=f"Pour {FIRST}",
            noted_at=now, noted_by=f"person:{person_id}",
        )  # fmt: skip
        session.add(gift)
        session.add(
            Pledge(
                id=uuid4(), donor_id=donor.id, kind="REGULAR", amount=Decimal(30), every="MONTHLY", means="TRANSFER",
                signed_on=today, first_on=today, opened_at=now, opened_by=f"person:{person_id}",
                legacy_contact=f"{LAST} {PHONE}",
            )
        )  # fmt: skip
        session.flush()
        documents.receipt(session, receipts.issue(session, [gift], on=today, now=now, by="t"), now=now)


def asks_for_notices(it: Installation, person_id: UUID) -> None:
    """She is told of her tasks on a device, and was told of one."""
    now, task_id = it.clock.now(), uuid4()
    with transaction(it.engine) as session:
        session.add_all(
            (
                PushDevice(
                    person_id=person_id, endpoint=f"https://push.example/{LAST}", p256dh="point-of-the-device",
                    auth="secret-of-the-device", name=f"Téléphone de {FIRST}", server_key="ours", added_at=now,
                ),
                NoticeChoice(person_id=person_id, kind="assigned", way="push", since=now),
                ToldTask(person_id=person_id, task_id=task_id, kind="assigned", at=now),
                Notice(
                    id=uuid4(), key=f"assigned:{task_id}", person_id=person_id, task_id=task_id, kind="assigned",
                    title=f"Une tâche sur {LAST}", path="/tasks", subject=f"Une tâche pour {FIRST}", text=NOTE,
                    due_at=now, outcome="push",
                ),
            )
        )  # fmt: skip


def upload(it: Installation, session: object, instance_id: UUID, field: str) -> None:
    file = StoredFile(
        id=uuid4(), instance_id=instance_id, field=field, name=f"{LAST}.pdf", media_type="application/pdf", size=5,
        sha256="", uploaded_by=f"person:{uuid4()}", uploaded_at=it.clock.now(), internal=field == ATTACHED,
    )  # fmt: skip
    session.add(file)  # type: ignore[attr-defined]
    place = path_of(it.documents, file.id)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(LAST.encode())


def told(it: Installation, *more: str) -> dict[str, set[str]]:
    """Which tables still tell of her, and by which words: every value of every row, as text."""
    found: dict[str, set[str]] = {}
    for table, rows in it.rows().items():
        for row in rows:
            for value in row:
                text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
                hits = {trace for trace in (*TRACES, *more) if trace in text}
                if hits:
                    found.setdefault(table, set()).update(hits)
    return found


def requested(engine: Engine, person_id: UUID, *, first: str = "person:a", second: str = "person:b") -> UUID:
    with transaction(engine) as session:
        now = engine.clock.now()
        return requests.schedule(
            session, person_id, asked_by=f"person:{person_id}", approved_by=first, confirmed_by=second, disputed=False,
            gift_stops=True, now=now, due_at=now,
        ).id  # fmt: skip


def test_after_an_erasure_nothing_tells_of_her(here: Installation) -> None:
    person_id = join(here)
    lead_a_full_life(here, person_id)
    asks_for_notices(here, person_id)
    before = told(here, str(person_id))
    assert {"person", "application", "mail", "received_mail", "comment", "feedback", "process_instance"} <= set(before)
    assert {"mentor_profile", "mentorship", "role_holding", "donor", "gift", "pledge"} <= set(before)
    assert set(before) >= NOTICES
    with reading(here.engine) as session:
        ids = [str(session.scalars(select(Order.id)).one()), session.scalars(select(Order.key)).one()]
    request_id = requested(here.engine, person_id)
    office = Office(here.engine, here.clock, Letterbox(), association_of(here.settings, here.clock))
    office.run()
    assert office.incidents() == []
    left = told(here, str(person_id), person_id.hex)
    assert left == {}, left
    assert list(audit_cases(here.engine, repair=False)) == [], "a case is still found by its number"
    assert not list(here.documents.rglob("*")) or all(path.is_dir() for path in here.documents.rglob("*"))
    with reading(here.engine) as session:
        request = session.get_one(ErasureRequest, request_id)
        assert (request.state, request.progress) == ("DONE", "ERASED")
        order, membership = session.scalars(select(Order)).one(), session.scalars(select(Membership)).one()
        held, anonymous = session.get_one(Person, order.person_id), session.get_one(Person, membership.person_id)
        assert held.restricted_since is not None and anonymous.restricted_since is None
        donor = session.get_one(Donor, session.scalars(select(TaxReceipt.donor_id)).one())
        assert donor.person_id == held.id, "the evidence of the receipt stays, for six years, restricted"
        assert held.id != anonymous.id, "who reads the accounts does not find the cases"
        assert order.instance_id is None and order.application_id is None
        assert erasure_log.is_erased(session, office.association.erasure_key, person_id)
    cases = [row for name in ("process_instance", "history_event", "mail", "user_task") for row in here.rows()[name]]
    assert [value for row in cases for value in row if any(each in str(value) for each in ids)] == []
    assert not {str(held.id), held.id.hex} & {str(value) for row in cases for value in row}


def test_who_was_told_is_known_after_a_crash_too(here: Installation) -> None:
    """The erasure that is taken up again gives what it set going its time, though no case listens any more."""
    person, other = add_person(here.engine, "Ada", "Partie"), add_person(here.engine, "Bea", "Restee")
    waits = start() + catch("w", event("message", "pledge_stopped")) + end() + flows("start w end")
    drawn = document(waits, message("pledge_stopped", "=person_id"), "pledge_followup")
    with transaction(here.engine) as session:
        commands.deploy(session, here.engine, {"pledge_followup.bpmn": drawn}, by=SYSTEM)
        commands.start(session, here.engine, "pledge_followup", {"person_id": str(person.id)}, by=SYSTEM)
    asked = ((person, "k1"), (person, "k1"), (person, "k2"), (other, "k3"))
    assert [parting.part(here.engine, who.id, key=key) for who, key in asked] == [True, True, False, False]


def test_a_restore_erases_again(here: Installation, install: Install, tmp_path: Path) -> None:
    person_id = join(here)
    saving.back_up(here.engine, here.documents, tmp_path / "a.backup")
    association = association_of(here.settings, here.clock)
    requests.end_cases(here.engine, person_id)
    assert requests.erase_now(here.engine, association, person_id) > 0
    assert association.erasure_file is not None
    there = install("there", migrate=False)
    restore(there.engine, there.documents, tmp_path / "a.backup")
    assert "person" in told(there), "the backup is older than the erasure"
    assert requests.replay(there.engine, association) == 1
    assert told(there, str(person_id)) == {}
    assert requests.replay(there.engine, association) == 0


def test_two_people_decide_and_neither_is_the_one_concerned(here: Installation) -> None:
    person = add_person(here.engine, FIRST, LAST)
    me = f"person:{person.id}"
    for first, second in ((me, "person:b"), ("person:a", me), ("person:a", "person:a")):
        with pytest.raises(NotYours):
            requested(here.engine, person.id, first=first, second=second)
    assert requested(here.engine, person.id) == requested(here.engine, person.id), "one erasure, however often"


def test_the_preview_says_what_goes_and_what_stays_and_changes_nothing(here: Installation) -> None:
    person_id = join(here)
    before = here.rows()
    with reading(here.engine) as session:
        lines = {line.category: line for line in erasure.preview(session, person_id, date(2026, 11, 23))}
    assert here.rows() == before
    assert lines["accounting"].decided.action == "KEEP"
    assert lines["accounting"].decided.reason
    assert {lines[key].decided.action for key in ("record", "application", "mail", "notes")} == {"ERASE"}
    assert all(line.rows for line in lines.values())


def test_an_export_holds_everything_of_hers_and_nothing_of_others(here: Installation) -> None:
    person_id = join(here)
    asks_for_notices(here, person_id)
    with reading(here.engine) as session:
        dossier = export.collect(session, person_id)
    text = str(dossier.data())
    for trace in (FIRST, LAST, EMAIL, PHONE, NOTE, "4 impasse du Loriot"):
        assert trace in text, trace
    assert "Roux" not in text, "who looked or wrote is not told"
    tables = {part.table for part in dossier.parts}
    assert {"person", "application", "consent_event", "mail", "received_mail", "sales_order", "membership"} <= tables
    assert {"process_instance", "history_event", "user_task", "comment", "feedback", "stored_file"} <= tables
    assert tables >= NOTICES - {"told_task"} and "-of-the-device" not in text, "keys of a device are nobody's data"
    assert any(name.endswith(".pdf") for name in dossier.documents)
    assert dict(dossier.left_out)["comment"] == ("author", "author_name")


def test_the_decision_table_has_its_golden_cases() -> None:
    folder = Path(erasure.__file__).parent
    outcomes = golden_cases.run(folder, now=NOON, zone=PARIS)
    assert len(outcomes) > 10
    assert [outcome for outcome in outcomes if not outcome.passed] == []


def test_time_goes_on_for_the_others(here: Installation) -> None:
    """A case of somebody else in which she only appears goes on."""
    person_id = join(here)
    other = add_person(here.engine, "Basile", "Autre")
    requested(here.engine, person_id)
    office = Office(here.engine, here.clock, Letterbox(), association_of(here.settings, here.clock))
    office.run()
    here.clock.advance(timedelta(days=1))
    office.run()
    with reading(here.engine) as session:
        assert session.get_one(Person, other.id).birth_name == "Autre"
