"""Renewals: started when memberships end, the reminders of each, and how it ended."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

import workflows
from engine import commands
from engine.assignment import SYSTEM
from engine.feel.values import from_python, to_python
from engine.models import ProcessInstance
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.clock import day
from tests.steps.renewing_members import PARIS, it_is, member
from tests.steps.tasks import staff
from workflows.association import (
    mails,
    mandates,
    outgoing_letters,
    parameters,
    renewals,
    tariffs,
)
from workflows.association.contacts import Email
from workflows.association.mail_templates import Rendered
from workflows.association.mails import Mail
from workflows.association.mandates import Mandate
from workflows.association.memberships import Membership
from workflows.association.orders import Order
from workflows.association.people import Person
from workflows.association.reminders import Reminder
from workflows.association.renewals import Renewal


def renewal(office: Office) -> Renewal:
    with reading(office.engine) as session:
        return session.scalars(select(Renewal)).one()


@given("the renewals are started")
@when("the renewals are started")
def are_started(office: Office) -> None:
    """What the nightly round does."""
    today = office.clock.now().astimezone(PARIS).date()
    with reading(office.engine) as session:
        members = renewals.due(session, today)
    if not members:
        return
    with transaction(office.engine) as session:
        renewals.start(session, office.engine, members, by=SYSTEM)
    office.run()
    with reading(office.engine) as session:
        found = session.scalars(select(Renewal.instance_id).order_by(Renewal.started_at.desc())).first()
    office.instance_id = found or office.instance_id


@when(parsers.parse("the day {on} is over"))
def the_day_is_over(office: Office, on: str) -> None:
    """Time goes on, four times a day, to a minute before midnight; what falls due runs, and the nightly round."""
    end = datetime.combine(day(on), time(23, 59), PARIS).astimezone(UTC)
    due = office.due()
    while office.clock.now() < end:
        local = office.clock.now().astimezone(PARIS)
        hour = next((each for each in (8, 13, 19) if each > local.hour), 24)
        midnight = datetime.combine(local.date(), time(), PARIS)
        if hour == 24:
            following = datetime.combine(local.date() + timedelta(days=1), time(), PARIS)
        else:
            following = midnight.replace(hour=hour)
        office.clock.set(min(following.astimezone(UTC), end))
        due = office.run_from(due)
        if hour == 8:
            are_started(office)
            due = office.due()


@then(parsers.parse("the renewals that are due are started, {count:d} of them"))
def renewals_are_started(office: Office, count: int) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        assert len(session.scalars(select(Renewal)).all()) == count


@then(parsers.parse('the member was sent "{templates}"'))
def was_sent(office: Office, templates: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        sent = session.scalars(select(Mail.template).where(Mail.state == "SENT").order_by(Mail.sent_at))
        assert ", ".join(sent) == templates


@then(parsers.parse("there is one renewal, and it is {state:w}"))
def there_is_one(office: Office, state: str) -> None:
    assert renewal(office).state == state
    with reading(office.engine) as session:
        query = select(ProcessInstance).where(ProcessInstance.process_id == renewals.PROCESS)
        assert len(session.scalars(query).all()) == 1


@then(parsers.parse("the renewal is {state:w} by {means:w}"))
def the_renewal_is(office: Office, state: str, means: str) -> None:
    assert (renewal(office).state, renewal(office).means) == (state, means)


@given(parsers.parse("it becomes {on} at {hour:d}:{minute:d}"))
@when(parsers.parse("it becomes {on} at {hour:d}:{minute:d}"))
@when(parsers.parse("the clock jumps to {on} at {hour:d}:{minute:d}"))
def it_becomes(office: Office, on: str, hour: int, minute: int) -> None:
    it_is(office, on, hour, minute)
    office.run()


@then(parsers.parse('the member was never sent "{template}"'))
def was_never_sent(office: Office, template: str) -> None:
    assert template not in {mail.template for mail in office.mails() if mail.state == "SENT"}


@then(parsers.parse('the member was sent "{templates}" at last'))
def was_sent_at_last(office: Office, templates: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        sent = session.scalars(select(Mail).where(Mail.state == "SENT")).all()
    last = max(mail.sent_at for mail in sent if mail.sent_at is not None)
    assert set(templates.split(", ")) <= {mail.template for mail in sent if mail.sent_at == last}


@then(parsers.parse('a letter "{kind}" is to be posted'))
def a_letter_waits(office: Office, kind: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        [(letter, document)] = outgoing_letters.waiting(session)
        assert document.file_name.startswith(kind)
        assert document.body.startswith(b"%PDF")
        assert letter.person_id == member(office).id


@when(parsers.parse("all cases hear of {event:w}"))
def all_hear(office: Office, event: str) -> None:
    office.publish(event, member(office).id)


@then(parsers.parse('the renewal has ended at "{element}"'))
def has_ended_at(office: Office, element: str) -> None:
    assert office.incidents() == []
    assert office.case().status == "completed"
    assert element in office.entered()


@when("a renewal is asked for all the same")
def asked_all_the_same(office: Office) -> None:
    with transaction(office.engine) as session:
        [office.instance_id] = renewals.start(session, office.engine, [member(office).id], by=SYSTEM)
    office.run()


@then("there is no renewal")
def there_is_none(office: Office) -> None:
    with reading(office.engine) as session:
        assert session.scalars(select(Renewal)).all() == []


@when(parsers.parse('a batch of the night has queued the mail "{template}" to the member'))
def a_batch_has_queued(office: Office, template: str) -> None:
    person = member(office)
    with transaction(office.engine) as session:
        filed = {"to_address": person_address(office), "lang": "fr", "template": template, "person_id": person.id}
        mail = mails.queue(
            session, filed, Rendered("Votre adhésion", "…", "<p>…</p>"), key="night-1", kind="reminder",
            now=office.clock.now(),
        )  # fmt: skip
        mails.promise(session, mail)
    office.run()


def person_address(office: Office) -> str:
    with reading(office.engine) as session:
        return session.scalars(select(Email.address).where(Email.person_id == member(office).id)).one()


@then(parsers.parse('the mails "{template}" to the member are kept back because of {reason:w}'))
def are_kept_back(office: Office, template: str, reason: str) -> None:
    found = {(mail.state, mail.suppressed) for mail in office.mails() if mail.template == template}
    assert found == {("SUPPRESSED", reason)}


@then(parsers.parse('the rung "{template}" was {outcome:w} because of {reason:w}'))
def the_rung_was(office: Office, template: str, outcome: str, reason: str) -> None:
    with reading(office.engine) as session:
        noted = session.scalars(select(Reminder).where(Reminder.template == template)).all()
        assert [(each.outcome, each.reason) for each in noted] == [(outcome, reason)]


@when(parsers.parse("DATA finds the death {found:w}"))
def data_finds_the_death(office: Office, found: str) -> None:
    with reading(office.engine) as session:
        query = select(ProcessInstance.id).where(ProcessInstance.process_id == "membership_exit")
        office.instance_id = session.scalars(query).one()
    office.complete("confirm_death", staff("DATA"), {"death": found}, {})


@then("the renewal is over, and so are the mandates")
def all_is_over(office: Office) -> None:
    assert office.incidents() == []
    assert renewal(office).state == renewals.STOPPED
    with reading(office.engine) as session:
        assert set(session.scalars(select(Mandate.state))) == {mandates.CANCELED}
        assert session.scalars(select(Membership.service_entitlement)).one() == "ENDED"


@when(parsers.re(r"the assembly decides (?P<amount>\d+) for (?P<code>\w+) from (?P<on>[^,]+), for (?P<whom>new cases|running cases too)"))  # fmt: skip  # noqa: E501
def the_assembly_decides(office: Office, amount: str, code: str, on: str, whom: str) -> None:
    with transaction(office.engine) as session:
        today = office.clock.now().astimezone(PARIS).date()
        before = parameters.row(session, tariffs.TABLE, code, on=today)
        assert before.id is not None
        parameters.end(session, before.id, day(on) - timedelta(days=1), now=office.clock.now())
        parameters.decide(
            session, tariffs.TABLE, code, {**before.values, "amount": Decimal(amount)}, valid_from=day(on),
            decided_by="AG", decided_on=today, now=office.clock.now(), applies_to_running=whom == "running cases too",
        )  # fmt: skip


@then(parsers.parse("the member is asked again, at {amount:d}"))
def is_asked_again(office: Office, amount: int) -> None:
    assert office.incidents() == []
    assert "fill_basket" in office.open_tasks()
    assert office.variables()["dues_amount"] == amount
    with reading(office.engine) as session:
        assert session.scalars(select(Order)).all() == []


@when("the owner publishes a table in which the last notice leaves 3 days before the end")
def publishes_a_table(office: Office) -> None:
    files = dict(workflows.definitions()["membership_renewal"])
    table = files["dunning_step.dmn"].decode()
    changed = table.replace("<text>7</text>", "<text>3</text>")
    assert changed.count("<text>3</text>") == 2, "the row of the last notice, and the one that leads to it"
    with transaction(office.engine) as session:
        commands.deploy(session, office.engine, {**files, "dunning_step.dmn": changed.encode()}, by=SYSTEM)


@then(parsers.parse('the ladder of "{name}" has the last notice {days:d} days before the end'))
def has_the_last_notice(office: Office, name: str, days: int) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        query = select(Renewal).join(Person, Person.id == Renewal.person_id)
        found = session.scalars(query.where(Person.first_names == name.split()[0])).one()
        office.instance_id = session.scalars(
            select(ProcessInstance.id).where(ProcessInstance.parent_id == found.instance_id)
        ).one()
        cycle_end = found.cycle_end
    rungs = office.variables()["rungs"]
    assert isinstance(rungs, list)
    at = to_python(from_python(next(each["at"] for each in rungs if each["template"] == "renew_7")))
    assert isinstance(at, datetime)
    assert (cycle_end - at.astimezone(PARIS).date()).days == days


@then(parsers.parse('"{name}" was sent "{templates}"'))
def was_sent_by_name(office: Office, name: str, templates: str) -> None:
    calm = office.incidents() == []
    with reading(office.engine) as session:
        query = select(Mail.template).join(Person, Person.id == Mail.person_id)
        of_hers = query.where(Person.first_names == name.split()[0], Mail.state == "SENT")
        assert calm and ", ".join(session.scalars(of_hers.order_by(Mail.sent_at))) == templates
