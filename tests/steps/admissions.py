"""Candidates for a career group: what they ask, what is decided, and the seat that they get."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from pytest_bdd import given, parsers, then, when
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.models import Job, ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.fixtures.staff import add_person
from tests.steps.clock import day
from tests.steps.tasks import staff
from workflows.association import orders
from workflows.association.calendars import appointments
from workflows.association.cohorts import candidacies
from workflows.association.cohorts.candidacies import CohortCandidacy
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.credit_notes import CreditNote
from workflows.association.invoices import Invoice
from workflows.association.payments import Payment
from workflows.association.people import Person
from workflows.association.surplus import Refund

WHY = "Je veux changer de métier et je ne sais pas encore lequel. " * 5
CRITERIA = ("drive", "listening", "realism", "stability", "presence")


def plan(office: Office, starts: str) -> None:
    planned = {
        "facilitator": "maud.essai@example.org", "co_facilitator": "nils.essai@example.org", "starts_on": day(starts),
        "begins": "18:30", "place": "Paris",
    }  # fmt: skip
    office.begin("cohort", SYSTEM, {f"cohort.{name}": value for name, value in planned.items()})


def newest(office: Office) -> Cohort:
    with reading(office.engine) as session:
        return session.scalars(select(Cohort).order_by(Cohort.starts_on.desc())).first() or Cohort()


def person(office: Office, name: str) -> Person:
    with reading(office.engine) as session:
        return session.scalars(select(Person).where(Person.first_names == name)).one()


def candidacy(office: Office, name: str) -> CohortCandidacy:
    """The newest candidacy of somebody."""
    with reading(office.engine) as session:
        query = select(CohortCandidacy).where(CohortCandidacy.person_id == person(office, name).id)
        return session.scalars(query.order_by(CohortCandidacy.asked_at.desc())).first() or CohortCandidacy()


def case_of(office: Office, name: str) -> ProcessInstance:
    """The newest admission of somebody; from here on the office looks at it."""
    key = f"/{str(candidacy(office, name).id)[:8]}"
    with reading(office.engine) as session:
        query = select(ProcessInstance).where(ProcessInstance.process_id == "cohort_admission")
        [found] = [each for each in session.scalars(query) if str(each.business_key).endswith(key)]
    office.instance_id = found.id
    return found


def act(
    office: Office, name: str, element: str, by: Actor, variables: Mapping[str, object], records: Mapping[str, object]
) -> None:
    assert [each.message for each in office.incidents()] == []
    case_of(office, name)
    office.complete(element, by, variables, records)


def themselves(office: Office, name: str) -> Actor:
    return Actor(f"person:{person(office, name).id}", name)


@given(parsers.parse("a cohort from {starts} is composed"))
def is_composed(office: Office, starts: str) -> None:
    for name in ("Maud", "Nils"):
        add_person(office.engine, name, "Essai")
    plan(office, starts)


@given(parsers.parse('the candidates "{one}", "{two}" and "{three}"'))
def candidates(office: Office, one: str, two: str, three: str) -> None:
    for name in (one, two, three):
        add_person(office.engine, name, "Essai")


@given(parsers.parse("the cohort has {count:d} people"))
def has_people(office: Office, count: int) -> None:
    key = newest(office).key
    for number in range(count):
        name = f"P{number}"
        add_person(office.engine, name, "Essai")
        asked = {"cohort": key, "person": f"{name}.essai@example.org".lower(), "situation": "SEEKING"}
        office.begin("cohort_participation", SYSTEM, {f"seat.{each}": value for each, value in asked.items()})


@when(parsers.parse('"{name}" applies for the cohort, {situation}, with {years:d} years of experience'))
def applies(office: Office, name: str, situation: str, years: int, **more: object) -> None:
    asked = {
        "cohort": newest(office).key, "motivation": WHY, "situation": situation, "years_exp": years,
        "cv": [str(uuid4())], **more,
    }  # fmt: skip
    office.begin(
        "cohort_admission", themselves(office, name), {f"candidate.{each}": value for each, value in asked.items()}
    )


@when(parsers.parse('"{name}" misses {count:d} sessions'))
def misses(office: Office, name: str, count: int) -> None:
    missed = [f"s{number}" for number in range(1, count + 1)]
    act(office, name, "give_dates", themselves(office, name), {}, {"candidate.misses": missed})


@when(parsers.parse('the guest "{name}" applies for the cohort'))
def guest_applies(office: Office, name: str) -> None:
    applies(office, name, "SEEKING", 8, guest=True, school="École Hassania", proof=[str(uuid4())])


def hear(office: Office, name: str, points: int, advice: str, **more: object) -> None:
    given_ = {each: points // 5 + (number < points % 5) for number, each in enumerate(CRITERIA)}
    said = {**given_, "advice": advice, "second_interviewer": "nils.essai@example.org", "words": "À l’écoute.", **more}
    act(office, name, "hold_talk", staff("CAREERS_ASST"), {}, {f"candidate.{key}": each for key, each in said.items()})


@when(parsers.parse('two people hear "{name}" and give {points:d} points'))
def two_hear(office: Office, name: str, points: int) -> None:
    hear(office, name, points, "YES")


@when(parsers.parse('two people hear "{name}", give {points:d} points and find no proof of looking for work'))
def two_find_no_proof(office: Office, name: str, points: int) -> None:
    hear(office, name, points, "YES", full_rate=True)


@when(parsers.parse('two people hear "{name}" and say {advice}'))
def two_say(office: Office, name: str, advice: str) -> None:
    hear(office, name, 15, advice)


@when(parsers.re(r'CAREERS_HEAD decides (?P<decision>\w+) about "(?P<name>\w+)"(, because "(?P<reason>.+)")?$'))
def head_decides(office: Office, decision: str, name: str, reason: str | None) -> None:
    said = {"candidate.reason": reason} if reason else {}
    act(office, name, "review_candidate", staff("CAREERS_HEAD"), {"decision": decision}, said)


@when(parsers.parse('"{name}" is admitted'))
def is_admitted(office: Office, name: str) -> None:
    applies(office, name, "SEEKING", 8)
    misses(office, name, 0)
    hear(office, name, 15, "YES")


@when(parsers.re(r'"(?P<name>\w+)" answers (?P<answer>LATER|NO) to the offer'))
def answers_not_now(office: Office, name: str, answer: str) -> None:
    act(office, name, "answer_offer", themselves(office, name), {"seat_answer": answer}, {})


@when(parsers.re(r'"(?P<name>\w+)" answers YES to the offer and pays by (?P<means>\w+)(?P<asked>, asking .*)?$'))
def answers_yes(office: Office, name: str, means: str, asked: str | None) -> None:
    said = {"seat_answer": "YES", "pay_means": means, "scholarship_asked": bool(asked)}
    act(office, name, "answer_offer", themselves(office, name), said, {})


@when(parsers.parse("CAREERS_HEAD says {word} of the scholarship"))
def says_of_scholarship(office: Office, word: str) -> None:
    office.complete("decide_scholarship", staff("CAREERS_HEAD"), {}, {"candidate.scholarship": word})


@when(parsers.parse("CAREERS_ASST says {word} of the fee"))
def says_of_fee(office: Office, word: str) -> None:
    case_of(office, "Ada")
    office.complete("chase_fee", staff("CAREERS_ASST"), {}, {"candidate.more_time": word})


@when(parsers.parse('"{name}" pays {amount:d} for the seat'))
def pays(office: Office, name: str, amount: int) -> None:
    key = str(candidacy(office, name).order_key)
    office.pay(key, Decimal(amount), means="CARD", event_id=f"{key}-{amount}", value_date=None)


@given(parsers.parse('"{name}" has paid {amount:d} and has a seat'))
def has_paid(office: Office, name: str, amount: int) -> None:
    is_admitted(office, name)
    answers_yes(office, name, "CARD", None)
    pays(office, name, amount)


@when(parsers.parse('"{name}" loses the seat to the next cohort'))
def loses(office: Office, name: str) -> None:
    office.later(timedelta(minutes=1))
    with transaction(office.engine) as session:
        seat = session.scalars(select(CohortSeat).where(CohortSeat.person_id == person(office, name).id)).one()
        seat.state = "WAITING"
        commands.correlate_message(session, office.engine, "seat_moved", str(seat.id), source="test", by=SYSTEM)
    office.run()


@when(parsers.parse("the next cohort, from {starts}, is planned"))
def next_is_planned(office: Office, starts: str) -> None:
    plan(office, starts)


@when(parsers.parse('"{name}" withdraws the application'))
def withdraws(office: Office, name: str) -> None:
    case_of(office, name)
    office.publish("candidacy_withdrawn", candidacy(office, name).id)


@when(parsers.parse("FINANCE refunds {amount:d}"))
def refunds(office: Office, amount: int) -> None:
    paid = {"amount": Decimal(amount), "refunded_on": office.clock.now().date(), "reference": "VIR-1"}
    office.complete("refund_fee", staff("FINANCE"), {}, {f"fee_refund.{key}": value for key, value in paid.items()})


@when(parsers.parse("the cohort has lost {count:d} people and begins"))
def has_lost(office: Office, count: int) -> None:
    with transaction(office.engine) as session:
        others = select(CohortSeat).join(Person).where(Person.first_names.startswith("P"))
        rows = session.scalars(others.order_by(Person.first_names)).all()
        for each in rows[:count]:
            each.state = "LEFT"
        rows[-1].order_key = _paid_order(session, office, rows[-1].person_id)
    office.later(datetime(2026, 12, 22, 11, tzinfo=UTC) - office.clock.now())
    assert newest(office).state == "RUNNING"


def _paid_order(session: Session, office: Office, person_id: UUID) -> str:
    now = office.clock.now()
    order = orders.Order(
        id=uuid4(), key="CMD-2026-009999", person_id=person_id, instance_id=uuid4(), means="CARD", currency="EUR",
        state="PAID", created_at=now, lines=[],
    )  # fmt: skip
    line = orders.OrderLine(id=uuid4(), position=1, beneficiary="ASSOCIATION", kind="FEE", amount=Decimal(150))
    order.lines.append(line)
    session.add(order)
    session.flush()
    session.add(
        Payment(
            id=uuid4(), order_id=order.id, provider="BANK", provider_reference="x", means="CARD", amount=Decimal(150),
            currency="EUR", value_date=now.date(), received_at=now, recorded_by="test",
        )
    )  # fmt: skip
    return order.key


@when("somebody leaves after session 1")
def leaves(office: Office) -> None:
    office.later(datetime(2027, 1, 5, 11, tzinfo=UTC) - office.clock.now())
    with transaction(office.engine) as session:
        session.execute(update(Cohort).values(held=1))
        seat = session.scalars(select(CohortSeat).where(CohortSeat.order_key == "CMD-2026-009999")).one()
        talk = select(UserTask).where(UserTask.element == "settle_charter", UserTask.state == "created")
        cases = select(ProcessInstance.id).where(ProcessInstance.business_key.endswith(f"/{str(seat.id)[:8]}"))
        office.instance_id = session.scalars(talk.where(UserTask.instance_id.in_(cases))).one().instance_id
    office.complete("settle_charter", lead(office), {"outcome": "LEAVES"}, {})


@when(parsers.parse('"{name}" works where somebody of the cohort does'))
def works_there(office: Office, name: str) -> None:
    with transaction(office.engine) as session:
        for each in session.scalars(select(Person).where(Person.first_names.in_((name, "P5")))):
            each.employer = "Maison commune"


@then(parsers.parse('"{name}" is offered the seat, and "{other}" waits for the next cohort'))
def passes_by(office: Office, name: str, other: str) -> None:
    assert [each.message for each in office.incidents()] == []
    states = [candidacy(office, each).state for each in (name, other)]
    assert states == [candidacies.OFFERED, candidacies.WAITING]


def lead(office: Office) -> Actor:
    return Actor("person:lead", "", frozenset({f"FACILITATOR@{newest(office).key}"}))


@then(parsers.parse("who left is owed {amount:d} by FINANCE"))
def is_owed(office: Office, amount: int) -> None:
    assert [each.message for each in office.incidents()] == []
    refunds(office, amount)
    with reading(office.engine) as session:
        assert session.scalars(select(Refund.amount)).one() == amount
        assert session.scalars(select(CreditNote)).all() == []


@then(parsers.parse('the candidate "{name}" received the mail "{template}"'))
def received(office: Office, name: str, template: str) -> None:
    received_so_many(office, name, 1, template)


@then(parsers.parse('the candidate "{name}" received {count:d} mails "{template}"'))
def received_so_many(office: Office, name: str, count: int, template: str) -> None:
    assert [each.message for each in office.incidents()] == []
    got = [mail for mail in office.mails() if mail.template == template and mail.person_id == person(office, name).id]
    assert len(got) == count


@then(parsers.parse('"{name}" owes {amount:d} until {until}'))
def owes(office: Office, name: str, amount: int, until: str) -> None:
    assert [each.message for each in office.incidents()] == []
    with reading(office.engine) as session:
        order = orders.by_key(session, str(candidacy(office, name).order_key))
        assert order is not None
        assert (order.total, order.expires_at.date() if order.expires_at else None) == (amount, day(until))


@then(parsers.parse('"{name}" has a seat that is {state}'))
def has_a_seat(office: Office, name: str, state: str) -> None:
    assert [each.message for each in office.incidents()] == []
    with reading(office.engine) as session:
        query = select(CohortSeat.state).where(CohortSeat.person_id == person(office, name).id)
        assert session.scalars(query).all() == [state]


@then(parsers.parse('the invoice of "{name}" is {amount:d}'))
def invoice_is(office: Office, name: str, amount: int) -> None:
    with reading(office.engine) as session:
        assert (
            session.scalars(select(Invoice.amount).where(Invoice.person_id == person(office, name).id)).one() == amount
        )


@then(parsers.parse('the invoice of "{name}" is credited'))
def is_credited(office: Office, name: str) -> None:
    with reading(office.engine) as session:
        [note] = session.scalars(select(CreditNote))
        assert session.get_one(Invoice, note.invoice_id).person_id == person(office, name).id


@then(parsers.parse('what "{name}" wrote is erased'))
def is_erased(office: Office, name: str) -> None:
    found = candidacy(office, name)
    assert (found.motivation, found.words, found.conflicts, found.score) == ("", "", "", 15)
    with reading(office.engine) as session:
        [promised] = session.scalars(select(Job).where(Job.type == "proof.erase"))
        first = appointments.of_calendar(session, newest(office).key)[0]
    assert (promised.payload, promised.due_at) == ({"variables": {"files": found.files}}, first.starts_at)


@then(parsers.parse('the participation of "{name}" has begun'))
def has_begun(office: Office, name: str) -> None:
    with reading(office.engine) as session:
        [case] = session.scalars(select(ProcessInstance).where(ProcessInstance.process_id == "cohort_participation"))
        assert case.ended_at is None


@then(parsers.parse('the admission of "{name}" has ended at "{element}"'))
def has_ended(office: Office, name: str, element: str) -> None:
    assert [each.message for each in office.incidents()] == []
    assert case_of(office, name).status == "completed"
    assert element in office.entered()


@then(parsers.parse('"{name}" is invited to {count:d} sessions'))
def is_invited(office: Office, name: str, count: int) -> None:
    with reading(office.engine) as session:
        assert len(appointments.of_person(session, person(office, name).id, date(2026, 1, 1))) == count


@then(parsers.parse('"{name}" has paid once, and has a seat in the next cohort'))
def has_paid_once(office: Office, name: str) -> None:
    assert [each.message for each in office.incidents()] == []
    with reading(office.engine) as session:
        assert len(session.scalars(select(Payment)).all()) == len(session.scalars(select(Invoice)).all()) == 1
        query = select(CohortSeat).where(
            CohortSeat.person_id == person(office, name).id, CohortSeat.state == "CONFIRMED"
        )
        seat = session.scalars(query).one()
        assert seat.cohort_id == newest(office).id
        assert seat.order_key is not None


@when("the case of the group is ended by hand")
def group_is_ended(office: Office) -> None:
    with transaction(office.engine) as session:
        case = session.scalars(select(ProcessInstance).where(ProcessInstance.process_id == "cohort")).one()
        commands.cancel(session, office.engine, case.id, by=SYSTEM)
    office.run()


@then(parsers.parse('the order of "{name}" is void'))
def order_is_void(office: Office, name: str) -> None:
    with reading(office.engine) as session:
        query = select(orders.Order.state).where(orders.Order.person_id == person(office, name).id)
        assert session.scalars(query).all() == ["CANCELED"]
    assert candidacy(office, name).order_key is None
