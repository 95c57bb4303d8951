"""Mails of events, and what they carry for calendars."""

from __future__ import annotations

from pytest_bdd import parsers, then

from tests.fixtures.office import Office
from tests.steps.events import calm
from workflows.association.mails import Mail


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
