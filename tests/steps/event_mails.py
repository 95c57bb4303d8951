"""Mails of events, and what they carry for calendars."""

from __future__ import annotations

from pytest_bdd import parsers, then, when

from engine.transaction import transaction
from tests.fixtures.office import Office
from tests.steps.events import calm, member
from workflows.association.mails import Mail
from workflows.association.people import Person


def mails_to(office: Office, name: str, template: str) -> list[Mail]:
    address = f"{name}.essai@example.org".lower()
    return [each for each in office.mails() if each.template == template and each.to_address == address]


@then(parsers.parse('"{name}" got the mail "{template}"'))
def got(office: Office, name: str, template: str) -> None:
    calm(office)
    assert len(mails_to(office, name, template)) == 1


@then(parsers.parse('"{name}" got {count:d} mails "{template}"'))
def got_several(office: Office, name: str, count: int, template: str) -> None:
    assert len(mails_to(office, name, template)) == count


@then(parsers.parse('"{name}" got the mail "{template}" with {method}'))
def got_with(office: Office, name: str, template: str, method: str) -> None:
    calm(office)
    (mail,) = mails_to(office, name, template)
    assert method in str(mail.calendar)


@then(parsers.parse('"{name}" got the mail "{template}" without a calendar'))
def got_without(office: Office, name: str, template: str) -> None:
    calm(office)
    assert [mail.calendar for mail in mails_to(office, name, template)] == [None]


@then(parsers.parse('nobody got the mail "{template}"'))
def nobody_got(office: Office, template: str) -> None:
    calm(office)
    assert [each for each in office.mails() if each.template == template] == []


@then(parsers.parse("{count:d} mails carry METHOD:CANCEL with SEQUENCE:1"))
def carry_cancel(office: Office, count: int) -> None:
    found = [str(each.calendar) for each in office.mails() if each.template == "event_called_off" and each.calendar]
    assert len([each for each in found if "METHOD:CANCEL" in each and "SEQUENCE:1\r" in each]) == count == len(found)


@when(parsers.parse('"{name}" lives in the zone "{zone}"'))
def lives_in(office: Office, name: str, zone: str) -> None:
    with transaction(office.engine) as session:
        session.get_one(Person, member(office, name).id).zone = zone


@then(parsers.parse('the mail "{template}" of "{name}" says "{here}", and "{home}"'))
def says_both_hours(office: Office, template: str, name: str, here: str, home: str) -> None:
    for mail in mails_to(office, name, template):
        assert (here in mail.text, home in mail.text) == (True, True), mail.text
    assert mails_to(office, name, template)
