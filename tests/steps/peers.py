"""People of the promotion: who is asked about an applicant, and what they answer."""

from __future__ import annotations

from uuid import uuid4

from pytest_bdd import given, parsers, then, when
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import Actor
from engine.completion import TaskContext
from engine.models import UserTask
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.applications import known, the_register_knows
from workflows.association.contacts import email_row
from workflows.association.memberships import Membership
from workflows.association.number_series import take
from workflows.association.peers import PeerRequest, actor_of
from workflows.association.record_set import record_set


@given(parsers.parse('"{one}" and "{two}" are members of {programme} {year:d}'))
def are_members(office: Office, one: str, two: str, programme: str, year: int) -> None:
    today = office.clock.now().date()
    for name in (one, two):
        the_register_knows(office, name, "1 June 1989", programme, year)
        person_id = known(office, name).id
        with transaction(office.engine) as session:
            address = email_row(person_id, f"{name.replace(' ', '.')}@boite.example".lower())
            address.is_primary = True
            session.add(address)
            session.add(
                Membership(
                    id=uuid4(),
                    person_id=person_id,
                    member_no=f"{take(session, 'PEERS', first=9001)}",
                    category="GRADUATE",
                    statutory_status="MEMBER",
                    service_entitlement="CURRENT",
                    rejoin_count=0,
                    join_date=today,
                    start_date=today,
                    end_date=today,
                    changed_at=office.clock.now(),
                )
            )


@then(parsers.parse('"{one}" and "{two}" received the mail "{template}"'))
def received(office: Office, one: str, two: str, template: str) -> None:
    asked = [mail for mail in office.mails() if mail.template == template and mail.state == "SENT"]
    assert {mail.person_id for mail in asked} == {known(office, one).id, known(office, two).id}
    assert {mail.instance_id for mail in asked}.isdisjoint({office.instance_id}), "their links open their own cases"


@when(parsers.re(r'"(?P<name>[^"]+)" answers (?P<answer>[A-Z]+) about the applicant(, "(?P<comment>.+)")?$'))
def answers(office: Office, name: str, answer: str, comment: str | None) -> None:
    person_id = known(office, name).id

    def write(session: Session, context: TaskContext) -> dict[str, object]:
        given_words = {"peers.knows": answer, "peers.comment": comment or ""}
        return record_set().write(session, context.variables, given_words, now=context.now, by=context.by.id)

    with transaction(office.engine) as writer:
        request = writer.scalars(select(PeerRequest).where(PeerRequest.person_id == person_id)).one()
        actor = Actor(actor_of(request.id), name)
        task = writer.scalars(select(UserTask).where(UserTask.assignee == actor.id, UserTask.state == "created")).one()
        commands.complete(writer, office.engine, task.id, {}, by=actor, write=write)
    office.run()


@then(parsers.parse('DATA reads of the promotion: "{one}" and "{two}"'))
def data_reads(office: Office, one: str, two: str) -> None:
    with reading(office.engine) as session:
        read = record_set().read(session, office.variables(), ["peers.summary"], now=office.clock.now())
    assert set(str(read["peers.summary"]).splitlines()) == {one, two}
