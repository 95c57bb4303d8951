"""Leaving: what members say, what the office and the committee do, what is left of a membership."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from pytest_bdd import given, parsers, then, when
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.errors import FourEyes
from engine.models import UserTask
from engine.starting import StartContext
from engine.transaction import reading, transaction
from tests.fixtures.office import NOON, Office
from tests.fixtures.staff import add_person
from tests.steps.applications import known
from tests.steps.clock import day
from tests.steps.members import is_a_member_until
from tests.steps.tasks import staff
from tests.steps.votes import OTHER_PEN, PEN, in_the_vote, record_vote
from workflows.association import mandates, orders, parameters, roles, statutes
from workflows.association.applications import Application
from workflows.association.bank import debits
from workflows.association.bank.debits import DirectDebit
from workflows.association.contacts import email_row
from workflows.association.exits import ExitUnderway
from workflows.association.groups import Group
from workflows.association.issued_documents import IssuedDocument
from workflows.association.mandates import Mandate
from workflows.association.memberships import Membership
from workflows.association.mentoring import bringing, pairs
from workflows.association.mentorships import Mentorship
from workflows.association.number_series import member_number
from workflows.association.orders import Order
from workflows.association.people import Person, searchable
from workflows.association.record_set import record_set
from workflows.association.roles import RoleHolding

AMBRE = "Ambre Delaunay"
PROCESS = "membership_exit"


def leaver(office: Office) -> Actor:
    """The member who leaves."""
    return Actor(f"person:{known(office, AMBRE).id}", AMBRE)


def begin(office: Office, by: Actor, given_: Mapping[str, object], records: Mapping[str, object]) -> None:
    """Sends the form of the exit; what is known beside it is what the page knows."""

    def write(session: Session, context: StartContext) -> Mapping[str, object]:
        return record_set().write(session, given_, records, now=context.now, by=context.by.id)

    with transaction(office.engine) as session:
        office.instance_id = commands.start(session, office.engine, PROCESS, given_, by=by, write=write).instance_id
    office.run()


@given(parsers.parse('"{name}" reads mails at "{address}"'))
def reads_mails(office: Office, name: str, address: str) -> None:
    with transaction(office.engine) as session:
        session.add(email_row(known(office, name).id, address))


@given(parsers.parse('"{name}" has a mandate and owes {amount:d}'))
def has_a_mandate(office: Office, name: str, amount: int) -> None:
    person_id = known(office, name).id
    order = Order(
        id=uuid4(), key="CMD-2026-000077", person_id=person_id, means="SEPA", created_at=NOON, state="OPEN", lines=[],
    )  # fmt: skip
    with transaction(office.engine) as session:
        mandate = mandates.sign(
            session, application_id=None, person_id=person_id, holder=name, iban="FR76 3000 6000 0112 3456 7890 189",
            by="test", now=NOON,
        )  # fmt: skip
        orders.open_order(session, order, dues=Decimal(amount), tariff="STD", years=1, gift=Decimal(0))
        session.flush()
        debits.plan(session, order, mandate, amount=Decimal(amount), due_on=date(2026, 12, 24), now=NOON)


@given(parsers.parse('"{name}" joined as the second half of a couple with "{partner}"'))
def joined_as_a_couple(office: Office, name: str, partner: str) -> None:
    first, last = partner.split()
    person_id, today = known(office, name).id, NOON.date()
    with transaction(office.engine) as session:
        other = Person(id=uuid4(), first_names=first, birth_name=last, search_name=searchable(first, last, None))
        session.add(other)
        session.flush()
        session.add(
            Membership(
                id=uuid4(), person_id=other.id, member_no=member_number(session), category="GRADUATE",
                statutory_status="MEMBER", service_entitlement="CURRENT", join_date=today, start_date=today,
                end_date=date(2027, 8, 31), changed_at=NOON,
            )
        )  # fmt: skip
        session.add(
            Application(
                id=uuid4(), created_at=NOON, state="ACCEPTED", category="GRADUATE", first_names="Ambre",
                birth_name="Delaunay", birth_date=date(1990, 3, 4), email="ambre@boite.example", person_id=person_id,
                partner_id=other.id, proof_files=[],
            )
        )  # fmt: skip


@given(parsers.parse('"{name}" has let the membership lapse'))
def has_lapsed(office: Office, name: str) -> None:
    is_a_member_until(office, name, "30 September 2026")
    with transaction(office.engine) as session:
        session.scalars(select(Membership)).one().service_entitlement = "LAPSED"


@given("the statutes take unpaid dues for a resignation")
def statutes_presume(office: Office) -> None:
    with transaction(office.engine) as session:
        parameters.decide(
            session, statutes.STATUTES, "unpaid_dues", {"rule": statutes.PRESUMED_RESIGNATION},
            valid_from=office.clock.now().date(), decided_by="Assemblée générale", decided_on=NOON.date(), by="test",
            now=office.clock.now(), succeeds=True,
        )  # fmt: skip


@given(parsers.parse('"{name}" has an open case at the accounts'))
def has_an_open_case(office: Office, name: str) -> None:
    with transaction(office.engine) as session:
        order = Order(
            id=uuid4(), key="CMD-2026-000088", person_id=known(office, name).id, means="SEPA", created_at=NOON,
            state="OPEN", lines=[],
        )  # fmt: skip
        orders.open_order(session, order, dues=Decimal(160), tariff="STD", years=1, gift=Decimal(0))
        session.flush()
        commands.correlate_message(
            session, office.engine, "payment_failed", order.key,
            {"order_key": order.key, "direct_debit_id": str(uuid4()), "reason_code": "XX99"}, source="test", by=SYSTEM,
        )  # fmt: skip
    office.run()


@given(parsers.parse('"{name}" works with the mentor "{mentor}", and leads the group "{group}"'))
def has_a_pair_and_a_group(office: Office, name: str, mentor: str, group: str) -> None:
    add_person(office.engine, *mentor.split())
    begun, here = NOON.date() - timedelta(days=60), known(office, name).id
    with transaction(office.engine) as session:
        session.add(
            Mentorship(
                id=uuid4(), mentor_id=known(office, mentor).id, mentee_id=here, started_on=begun,
                ends_on=pairs.after_months(begun, 6), meetings=2,
            )
        )  # fmt: skip
        made = Group(id=uuid4(), kind="REGIONAL", name_fr=group, name_en=group)
        session.add(made)
        session.flush()
        roles.grant(session, here, "GROUP_LEAD", from_date=begun, to_date=None, scope=f"group:{made.id}")
    with transaction(office.engine) as session:
        assert bringing.begin_cases(session, office.engine) == 1
    office.run()


@then(parsers.parse('MENTORING is asked about the pair, and GROUPS about "{mandate}"'))
def both_are_asked(office: Office, mandate: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        tasks = session.scalars(select(UserTask).where(UserTask.element == "review_case")).all()
        asked = sorted((str(task.role), task.state) for task in tasks)
        assert asked == [("GROUPS", "created"), ("MENTORING", "created")], asked
        held = session.scalars(select(RoleHolding)).one()
        now, names = office.clock.now(), ["exit.open_case"]
        shown = record_set().read(session, {"open_case_id": str(held.id)}, names, now=now, by="person:x")
    assert shown["exit.open_case"] == mandate


@then(parsers.parse('the mandate of "{name}" is over, and nothing was written about it'))
def mandate_is_over(office: Office, name: str) -> None:
    with reading(office.engine) as session:
        held = session.scalars(select(RoleHolding)).one()
        assert (held.end_reason, held.to_date) == ("DEATH", NOON.date() - timedelta(days=1))
    assert [mail.subject for mail in office.mails() if "mandat" in mail.subject.lower()] == []


@when(parsers.parse("the member resigns for {when_}, because of {reason}"))
def resigns(office: Office, when_: str, reason: str) -> None:
    effective_on = office.clock.now().date() if when_ == "today" else day(when_)
    given_ = {"by_staff": False, "person_id": str(known(office, AMBRE).id), "confirmed": True}
    records = {"exit.reason": reason, "exit.words": "Merci pour tout.", "exit.effective_on": effective_on}
    begin(office, leaver(office), given_, records)


@then("a second resignation is refused")
def a_second_is_refused(office: Office) -> None:
    with pytest.raises(ExitUnderway):
        resigns(office, "today", "COST")


@when("the member takes the resignation back")
def takes_it_back(office: Office) -> None:
    office.complete("withdraw_resignation", leaver(office), {"stay": True}, {})


@when(parsers.parse('"{name}" is a member again until {end}'))
def is_a_member_again(office: Office, name: str, end: str) -> None:
    with transaction(office.engine) as session:
        found = session.scalars(select(Membership)).one()
        found.statutory_status, found.service_entitlement, found.end_date = "MEMBER", "CURRENT", day(end)


@when(parsers.parse("MEMBERSHIP opens an exit of the kind {kind}"))
def opens_an_exit(office: Office, kind: str) -> None:
    with reading(office.engine) as session:
        number = session.scalars(select(Membership.member_no)).one()
    records = {"exit.member_no": number, "exit.words": "Vu en réunion d'équipe."}
    begin(office, staff("MEMBERSHIP"), {"by_staff": True, "kind": kind, "confirmed": None}, records)


@when(parsers.parse("MEMBERSHIP posts the formal notice, received on {received}"))
def posts_the_notice(office: Office, received: str) -> None:
    records = {"exit.posted_on": office.clock.now().date(), "exit.posting_number": "1A 234 567 8901 2"}
    office.complete("post_notice", staff("MEMBERSHIP"), {}, records)
    office.later(day(received) - office.clock.now().date())
    office.complete("record_reception", staff("MEMBERSHIP"), {}, {"exit.received_on": day(received)})


@when("the dues are paid")
def the_dues_are_paid(office: Office) -> None:
    is_a_member_again(office, AMBRE, "31 August 2028")
    office.publish("membership_activated", known(office, AMBRE).id)


@when("COMMITTEE hears the member")
def the_committee_hears(office: Office) -> None:
    records = {"exit.heard_on": office.clock.now().date(), "exit.hearing": "La personne s'est expliquée."}
    office.complete("hold_hearing", PEN, {"appeared": "YES"}, records)


@when(parsers.parse("the committee votes {in_favour:d} to {against:d}"))
def the_committee_votes(office: Office, in_favour: int, against: int) -> None:
    exit_id = in_the_vote(office)
    record_vote(office, in_favour, against)
    office.complete("confirm_vote", OTHER_PEN, {}, {"vote_confirmation.is_right": "YES"})
    office.instance_id = exit_id


@then("whoever recorded the vote cannot confirm it")
def cannot_confirm(office: Office) -> None:
    exit_id = in_the_vote(office)
    record_vote(office, 5, 1)
    with pytest.raises(FourEyes):
        office.complete("confirm_vote", PEN, {}, {"vote_confirmation.is_right": "YES"})
    office.instance_id = exit_id


@then("the member cannot vote about themselves")
def cannot_vote_about_themselves(office: Office) -> None:
    exit_id = in_the_vote(office)
    concerned = Actor(leaver(office).id, AMBRE, frozenset({"COMMITTEE"}))
    with pytest.raises(FourEyes):
        office.complete("confirm_vote", concerned, {}, {"vote_confirmation.is_right": "YES"})
    office.instance_id = exit_id


@when(parsers.parse("the committee finds the record wrong and votes {in_favour:d} to {against:d}"))
def votes_again(office: Office, in_favour: int, against: int) -> None:
    exit_id = in_the_vote(office)
    office.complete("confirm_vote", OTHER_PEN, {}, {"vote_confirmation.is_right": "NO"})
    office.instance_id = exit_id
    the_committee_votes(office, in_favour, against)


@when("MEMBERSHIP notifies the decision")
def notifies(office: Office) -> None:
    office.complete("post_decision", staff("MEMBERSHIP"), {}, {"exit.notified_on": office.clock.now().date()})


@when(parsers.parse("GENERAL_DELEGATE decides for the way {decision}"))
def decides_for_the_way(office: Office, decision: str) -> None:
    office.complete("decide_by_hand", staff("GENERAL_DELEGATE"), {"decision": decision}, {})


@when(parsers.parse("DATA finds in the register of deaths that it is {found}"))
def data_finds_in_the_register(office: Office, found: str) -> None:
    death = "CONFIRMED" if found == "true" else "MISTAKE"
    records = {"exit.died_on": date(2026, 11, 20)} if found == "true" else {}
    office.complete("confirm_death", staff("DATA"), {"death": death}, records)


@when("FINANCE has looked at the case")
def has_looked(office: Office) -> None:
    office.complete("review_case", staff("FINANCE"), {"case_outcome": "HANDED_ON"}, {})


@when(parsers.parse("MEMBERSHIP has spoken with the family, who ask for {what}"))
def has_spoken(office: Office, what: str) -> None:
    memorial = "NONE" if what == "nothing" else "REQUESTED"
    office.complete("contact_family", staff("MEMBERSHIP"), {"memorial": memorial}, {"exit.family": "Sa sœur."})


@when("EDITOR has written the memorial note")
def has_written(office: Office) -> None:
    office.complete("write_memorial", staff("EDITOR"), {"memorial_agreed": True}, {})


@when("MEMBERSHIP tells the other half")
def tells_the_other_half(office: Office) -> None:
    office.complete("inform_partner", staff("MEMBERSHIP"), {"partner_told": True}, {})


@when(parsers.parse('the erasure of "{name}" is approved'))
def erasure_is_approved(office: Office, name: str) -> None:
    person_id = str(known(office, name).id)
    with transaction(office.engine) as session:
        published = commands.correlate_message(
            session, office.engine, "erasure_approved", person_id, {"person_id": person_id}, source="test", by=SYSTEM
        )
    [office.instance_id] = published.started
    office.run()


@then(parsers.re(r'(?P<role>[A-Z_]+) is asked to "(?P<element>\w+)"$'))
def staff_is_asked(office: Office, role: str, element: str) -> None:
    assert office.incidents() == []
    task = office.open_tasks()[element]
    assert task.role == role
    assert task.due_at is not None


@then(parsers.parse("the standing is {status} with entitlement {entitlement}"))
def the_standing_is(office: Office, status: str, entitlement: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        found = session.scalars(select(Membership).where(Membership.person_id == known(office, AMBRE).id)).one()
        assert (found.statutory_status, found.service_entitlement) == (status, entitlement)


@then("nothing is renewed or debited any more")
def nothing_goes_on(office: Office) -> None:
    with reading(office.engine) as session:
        assert session.scalars(select(Mandate.state)).all() == ["CANCELED"]
        assert session.scalars(select(DirectDebit.state)).all() == ["CANCELED"]
        assert session.scalars(select(Membership.auto_renew)).all() == [False]
        assert session.scalars(select(Order.state)).all() == ["OPEN"]  # what had fallen due stays due


@then("all processes are told that the membership has ended")
def told_of_the_end(office: Office) -> None:
    assert "announce_end" in office.entered()


@then(parsers.parse('the letter "{kind}" is issued'))
def the_letter_is_issued(office: Office, kind: str) -> None:
    with reading(office.engine) as session:
        found = session.scalars(select(IssuedDocument).where(IssuedDocument.kind == kind)).one()
        assert found.person_id == known(office, AMBRE).id
        assert found.body.startswith(b"%PDF")


@then(parsers.parse('the member received the mail "{template}"'))
def the_member_received(office: Office, template: str) -> None:
    assert [mail.state for mail in office.mails() if mail.template == template] == ["SENT"]


@then(parsers.parse('the exit has ended at "{element}"'))
def the_exit_has_ended(office: Office, element: str) -> None:
    assert office.incidents() == []
    assert office.case().status == "completed"
    assert element in office.entered()


@then("the two are no couple any more")
def no_couple(office: Office) -> None:
    with reading(office.engine) as session:
        assert session.scalars(select(Application.partner_id)).all() == [None]


@then(parsers.parse('"{name}" is still a member'))
def is_still_a_member(office: Office, name: str) -> None:
    with reading(office.engine) as session:
        query = select(Membership.statutory_status).where(Membership.person_id == known(office, name).id)
        assert session.scalars(query).one() == "MEMBER"


@then("no mail was ever sent")
def no_mail_was_sent(office: Office) -> None:
    assert office.letterbox.messages == []
