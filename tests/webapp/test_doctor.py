"""The doctor finds what does not agree and mends what can be derived; a sound installation has no fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from engine import commands
from engine.further import candidate_rows
from engine.jobs import run_due
from engine.models import Incident, Job, ProcessInstance, Subscription, TaskCandidate, UserTask
from engine.terms import CaseTerm, about
from engine.transaction import reading, transaction
from tests.fixtures.cases import DEPLOYER
from tests.fixtures.diagrams import catch, end, message, process, reference, start, timer, user_task
from tests.fixtures.installations import FILE, Install, Installation
from webapp.doctor import examine, examine_contents
from webapp.files.store import path_of
from workflows.association.gifts import donors
from workflows.association.gifts.register import Gift
from workflows.association.memberships import Membership
from workflows.association.number_series import take
from workflows.association.orders import Order, open_order
from workflows.association.payments import Payment
from workflows.association.people import Person
from workflows.association.series_audit import RECEIPTS

WAITS = process(
    "waits",
    [start(), user_task("ask"), catch("pause", timer("duration", "P1D")), catch("paid", reference("message", "Paid")),
     end()],
    ["begin -> ask", "ask -> pause", "pause -> paid", "paid -> done"],
    top=[message("Paid", "paid", "key")],
)  # fmt: skip


def codes(it: Installation, *, repair: bool = False, deep: bool = False) -> set[str]:
    """Without the schema, which takes a second to compare."""
    return {
        each.code for each in examine_contents(it.engine, it.documents, repair=repair, deep=deep, seen=lambda _: None)
    }


def do(it: Installation, work: Callable[[Session], object]) -> None:
    with transaction(it.engine) as session:
        work(session)


@pytest.fixture
def it(install: Install) -> Installation:
    """An installation with cases that wait for a person, a timer and a message."""
    made = install("here")
    made.fill()
    with transaction(made.engine) as session:
        commands.deploy(session, made.engine, {"waits.bpmn": WAITS}, by=DEPLOYER)
    for steps in range(3):
        with transaction(made.engine) as session:
            case = commands.start(
                session, made.engine, "waits", {"key": f"k{steps}", "person_id": str(uuid4())}, by=DEPLOYER
            ).instance_id
            if steps:
                task = session.scalars(select(UserTask.id).where(UserTask.instance_id == case)).one()
                commands.complete(session, made.engine, task, by=DEPLOYER)
        if steps == 2:
            fire_timer(made, case)
    return made


def test_a_sound_installation_has_no_fault(it: Installation) -> None:
    assert list(examine(it.engine, it.documents, repair=False, deep=True, seen=lambda _: None)) == []


def fire_timer(it: Installation, case: object) -> None:
    """Lets this case's timer fire."""
    do(it, lambda session: session.execute(update(Job).where(Job.instance_id == case).values(due_at=it.clock.now())))
    run_due(it.engine)


MENDED: dict[str, Callable[[Session], object]] = {
    "timer_missing": lambda s: s.execute(delete(Job).where(Job.kind == "timer")),
    "subscription_missing": lambda s: s.execute(delete(Subscription).where(Subscription.token.is_not(None))),
    "task_lost": lambda s: _state(s, UserTask.state == "completed", "created"),
    "subscription_lost": lambda s: _twin(s),
    "rank_wrong": lambda s: s.execute(update(UserTask).values(rank_at=UserTask.created_at)),
    "candidates_wrong": lambda s: _candidate(s),
    "incidents_miscounted": lambda s: s.execute(update(ProcessInstance).values(incidents=4)),
    "incident_lost": lambda s: _incident(s),
    "terms_missing": lambda s: s.execute(delete(CaseTerm)),
    "terms_untrue": lambda s: _term(s, about(uuid4())),
}
TOLD: dict[str, Callable[[Session], object]] = {
    "number_missing": lambda s: take(s, f"{RECEIPTS}-2026"),
    "number_ahead": lambda s: _member(s, "1002"),
    "gift_overstated": lambda s: _gift(s),
    "task_missing": lambda s: _state(s, UserTask.element == "ask", "canceled"),
    "state_unreadable": lambda s: s.execute(update(ProcessInstance).values(state="{}")),
}


def _gift(session: Session) -> None:
    """A basket of 30 for the Foundation of which 28.50 arrived, and whose gift is booked whole."""
    now, person = datetime.now(UTC), session.scalars(select(Person.id)).first()
    assert person is not None
    order = Order(id=uuid4(), key="CMD-2026-000001", person_id=person, means="CARD", state="PAID", created_at=now)
    open_order(session, order, dues=Decimal(0), tariff="STD", years=1, gift=Decimal(30))
    donor = donors.individual(session, person, now)
    session.flush()
    session.add(
        Payment(order_id=order.id, provider="test", provider_reference="p", means="CARD", amount=Decimal("28.50"),
                value_date=now.date(), received_at=now, recorded_by="t")
    )  # fmt: skip
    session.add(
        Gift(key="line:1", donor_id=donor.id, amount=Decimal(30), origin="BASKET", means="CARD", noted_at=now,
             noted_by="t", order_line_id=order.lines[-1].id)
    )  # fmt: skip


def _state(session: Session, which: ColumnElement[bool], state: str) -> None:
    session.execute(update(UserTask).where(which).values(state=state))


def _open(session: Session) -> object:
    return session.scalars(select(UserTask.id).where(UserTask.state == "created")).first()


def _candidate(session: Session) -> None:
    task = session.get_one(UserTask, _open(session))
    rows = candidate_rows(task.id, ["DPO"], rank_at=task.rank_at, created_at=task.created_at, assignee=task.assignee)
    session.add_all(TaskCandidate(**row) for row in rows)


def _twin(session: Session) -> None:
    found = session.scalars(select(Subscription).where(Subscription.token.is_not(None))).first()
    assert found is not None
    values = {column.name: getattr(found, column.name) for column in Subscription.__table__.columns}
    session.execute(insert(Subscription).values({**values, "id": uuid4(), "token": uuid4()}))


def _incident(session: Session) -> None:
    case = session.scalars(select(ProcessInstance)).first()
    assert case is not None
    session.add(
        Incident(
            id=uuid4(), instance_id=case.id, token=uuid4(), element="ask", kind="job", code="x", params={}, message="x",
            raised_at=case.started_at,
        )
    )  # fmt: skip


def _member(session: Session, number: str) -> None:
    person, day = session.scalars(select(Person.id)).first(), date(2026, 1, 1)
    session.add(
        Membership(
            person_id=person, member_no=number, category="GRADUATE", statutory_status="ACTIVE", join_date=day,
            service_entitlement="FULL", start_date=day, end_date=day, changed_at=datetime.now(UTC),
        )
    )  # fmt: skip


def _term(session: Session, term: str) -> None:
    case = session.scalars(select(ProcessInstance).where(ProcessInstance.ended_at.is_(None))).first()
    assert case is not None
    session.execute(insert(CaseTerm).values(instance_id=case.id, term=term, started_at=case.started_at))


def test_it_mends_what_is_derived(it: Installation) -> None:
    for code, breaks in MENDED.items():
        do(it, breaks)
        assert code in codes(it, repair=True)
        assert codes(it) == set(), code


def test_it_tells_what_it_cannot_mend_and_looking_changes_nothing(it: Installation) -> None:
    for code, breaks in TOLD.items():
        do(it, breaks)
        before = it.rows()
        assert code in codes(it)
        assert it.rows() == before
        assert code in codes(it, repair=True)


def test_documents_are_compared(it: Installation) -> None:
    file = path_of(it.documents, FILE)
    body = file.read_bytes()
    file.write_bytes(body[:-1] + b"!")
    assert codes(it) == set()
    assert codes(it, deep=True) == {"document_changed"}
    file.write_bytes(body + b"!")
    assert codes(it) == {"document_changed"}
    file.unlink()
    assert codes(it) == {"document_missing"}


def test_a_mended_wait_goes_on(it: Installation) -> None:
    do(it, lambda session: session.execute(delete(Job).where(Job.kind == "timer")))
    codes(it, repair=True)
    with reading(it.engine) as session:
        job = session.scalars(select(Job).where(Job.kind == "timer")).one()
    assert job.due_at > it.clock.now()
    it.clock.advance(job.due_at - it.clock.now())
    run_due(it.engine)
    assert codes(it) == set()


def test_a_schema_that_is_behind_is_said_alone(install: Install) -> None:
    it = install("bare", migrate=False)
    found = examine(it.engine, it.documents, repair=False, deep=False, seen=lambda _: None)
    assert {each.code for each in found} == {"schema_behind"}
