"""Requests about data: what somebody asks, what two people decide, and by which day."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final
from uuid import uuid4

import pytest
from pytest_bdd import given, parsers, then, when
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import Actor
from engine.errors import FourEyes
from engine.starting import StartContext
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.fixtures.staff import add_person
from tests.steps.applications import known
from tests.steps.clock import day
from tests.steps.exits import AMBRE
from tests.steps.tasks import staff
from workflows.association import consents
from workflows.association.gifts import donors, pledges
from workflows.association.gifts.pledges import Pledge
from workflows.association.privacy import nightly
from workflows.association.privacy.files import ExtensionLate, PrivacyRequest
from workflows.association.privacy.running_gifts import GiftGoesOn, GiftWordLacking
from workflows.association.record_set import record_set

PROCESS: Final = "privacy_request"
DPO, DELEGATE = staff("DPO"), staff("GENERAL_DELEGATE")


def the_request(office: Office) -> PrivacyRequest:
    with reading(office.engine) as session:
        return session.scalars(select(PrivacyRequest)).one()


def asks(office: Office, by: Actor, kinds: list[str], *, by_staff: bool, **more: object) -> None:
    """Sends the form of the request, with what the page knows beside it."""
    records = {"privacy.kinds": kinds} | {f"privacy.{name}": value for name, value in more.items()}
    beside = {"by_staff": by_staff}

    def write(session: Session, context: StartContext) -> Mapping[str, object]:
        return record_set().write(session, beside, records, now=context.now, by=context.by.id)

    with transaction(office.engine) as session:
        office.instance_id = commands.start(session, office.engine, PROCESS, beside, by=by, write=write).instance_id
    office.run()


@given("data protection and the general delegate read their mails")
def read_their_mails(office: Office) -> None:
    add_person(office.engine, "Dora", "Dpo", "DPO")
    add_person(office.engine, "Gaby", "Delegate", "GENERAL_DELEGATE")


@when(parsers.parse("the member asks for {kinds}"))
def the_member_asks(office: Office, kinds: str) -> None:
    person = known(office, AMBRE)
    asks(office, Actor(f"person:{person.id}", AMBRE), kinds.replace(" and ", ", ").split(", "), by_staff=False)


@when(parsers.parse("a letter that asks for {kind} arrived on {received}"))
def a_letter_arrived(office: Office, kind: str, received: str) -> None:
    asks(office, DPO, [kind], by_staff=True, subject="ambre@boite.example", channel="LETTER", received_on=day(received))


@when("the DPO finds that it is the person")
def finds_the_person(office: Office) -> None:
    office.complete("check_identity", DPO, {"identity_shown": "CONFIRMED"}, {})


@when(parsers.parse('the DPO decides {outcome} and writes "{name}" as the name in use'))
def decides_and_writes(office: Office, outcome: str, name: str) -> None:
    office.complete("decide_request", DPO, {}, {"privacy.outcome": outcome, "privacy.usage_name": name})


@when(parsers.parse('the DPO decides {outcome}, because "{why}"'))
def decides(office: Office, outcome: str, why: str) -> None:
    office.complete("decide_request", DPO, {}, {"privacy.outcome": outcome, "privacy.reasons": why})


@given(parsers.parse('"{name}" gives {amount:d} euros a month'))
def gives_a_month(office: Office, name: str, amount: int) -> None:
    now = office.clock.now()
    nightly.ensure(office.engine)
    with transaction(office.engine) as session:
        donor = donors.individual(session, known(office, name).id, now)
        session.add(
            Pledge(
                id=uuid4(), donor_id=donor.id, kind="REGULAR", amount=Decimal(amount), every="MONTHLY",
                means="TRANSFER", signed_on=now.date(), first_on=now.date(), opened_at=now, opened_by="test",
            )
        )  # fmt: skip


@then("an erasure cannot be decided without her word on the gift")
def not_without_her_word(office: Office) -> None:
    for outcome in ("GRANTED", "PARTLY"):
        records = {"privacy.outcome": outcome, "privacy.reasons": "Compta.", "privacy.gift_stops": None}
        with pytest.raises(GiftWordLacking):
            office.complete("decide_request", DPO, {}, records)
    with pytest.raises(GiftGoesOn):
        office.complete("decide_request", DPO, {}, {"privacy.outcome": "GRANTED", "privacy.gift_stops": "NO"})


@when(parsers.parse('the DPO notes that the gift goes on, and decides {outcome}, because "{why}"'))
def notes_the_word(office: Office, outcome: str, why: str) -> None:
    records = {"privacy.outcome": outcome, "privacy.reasons": why, "privacy.gift_stops": "NO"}
    office.complete("decide_request", DPO, {}, records)


@then(parsers.parse('the answer says "{words}"'))
def the_answer_says(office: Office, words: str) -> None:
    assert words in next(mail.text for mail in office.mails() if mail.template == "privacy_answered")


@when("her gift has ended")
def gift_has_ended(office: Office) -> None:
    with transaction(office.engine) as session:
        pledges.finish(session.scalars(select(Pledge)).one(), pledges.STOPPED, "DONOR", office.clock.now())


@when(parsers.parse('the DPO extends the time, because "{why}"'))
def extends(office: Office, why: str) -> None:
    decides(office, "EXTEND", why)


@when("the general delegate sends it back")
def sends_back(office: Office) -> None:
    office.complete("confirm_decision", DELEGATE, {}, {"privacy.confirmed": "SEND_BACK"})


@when("the general delegate confirms")
def confirms(office: Office) -> None:
    office.complete("confirm_decision", DELEGATE, {}, {"privacy.confirmed": "CONFIRM"})


@then("whoever decided cannot confirm it")
def cannot_confirm_it(office: Office) -> None:
    both = Actor(DPO.id, "DPO", frozenset({"DPO", "GENERAL_DELEGATE"}))
    with pytest.raises(FourEyes):
        office.complete("confirm_decision", both, {}, {"privacy.confirmed": "CONFIRM"})


@then("the time cannot be extended again")
def cannot_extend(office: Office) -> None:
    with pytest.raises(ExtensionLate):
        extends(office, "Encore.")


@then(parsers.parse("the answer is due on {due}"))
def is_due_on(office: Office, due: str) -> None:
    assert the_request(office).due_on == day(due)


@then("the task shows what is held back")
def shows_the_holds(office: Office) -> None:
    names, variables = ["privacy.shown_kept", "privacy.person"], office.variables()
    with reading(office.engine) as session:
        shown = record_set().read(session, variables, names, now=office.clock.now(), by=DPO.id)
    assert "Code de commerce" in str(shown["privacy.shown_kept"])
    assert shown["privacy.person"] == AMBRE


@then(parsers.parse('the request has ended at "{element}" as {state}'))
def has_ended(office: Office, element: str, state: str) -> None:
    assert office.incidents() == []
    assert element in office.entered()
    assert (the_request(office).state, office.case().status) == (state, "completed")


@then(parsers.parse('the data of "{name}" are restricted, without consents, and under the name "{usage}"'))
def are_restricted(office: Office, name: str, usage: str) -> None:
    with reading(office.engine) as session:
        request = the_request(office)
        person = known(office, name)
        assert (person.id, person.usage_name) == (request.person_id, usage)
        assert person.restricted_since is not None
        given = consents.given(session, consents.Holder(person.id))
        assert {given[key] for key in ("assoc_news", "commercial_partners", "photo_video")} == {"NO"}


@then(parsers.parse('"{name}" is still known'))
def is_known(office: Office, name: str) -> None:
    assert known(office, name).erased_on is None


@then("data protection and the general delegate were warned")
def were_warned(office: Office) -> None:
    told = {mail.to_address for mail in office.mails() if "DSR-2026-" in (mail.subject or "")}
    assert {"dora.dpo@example.org", "gaby.delegate@example.org"} <= told
    assert {"warn_dpo", "warn_delegate"} <= office.entered()
