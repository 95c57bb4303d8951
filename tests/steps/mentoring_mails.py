"""What the processes of mentoring wrote to whom, and where they ended."""

from __future__ import annotations

from uuid import UUID

from pytest_bdd import parsers, then

from tests.fixtures.office import Office
from tests.steps.applications import known
from tests.steps.mentoring_pairs import pair
from tests.steps.pledges import cases, ended_at


def written(office: Office, template: str) -> list[UUID | None]:
    assert [each.message for each in office.incidents()] == []
    return [mail.person_id for mail in office.mails() if mail.template == template]


@then(parsers.parse('the mail "{template}" reached "{name}"'))
def received(office: Office, name: str, template: str) -> None:
    assert known(office, name).id in written(office, template)


@then(parsers.parse('both received the mail "{template}"'))
def both_received(office: Office, template: str) -> None:
    assert {pair(office).mentee_id, pair(office).mentor_id} <= set(written(office, template))


@then(parsers.re(r'each received (?P<count>\d+) mails? "(?P<template>[^"]+)"$'))
def each_received(office: Office, count: str, template: str) -> None:
    assert sorted(written(office, template)) == sorted([pair(office).mentee_id, pair(office).mentor_id] * int(count))


@then(parsers.re(r'only "(?P<name>[^"]+)" received (?P<count>\d+) mails? "(?P<template>[^"]+)"$'))
def one_alone_received(office: Office, name: str, count: str, template: str) -> None:
    sent = [mail for mail in office.mails() if mail.template == template and mail.state == "SENT"]
    assert [mail.person_id for mail in sent] == [known(office, name).id] * int(count)
    others = {mail.suppressed for mail in office.mails() if mail.template == template and mail.state != "SENT"}
    assert others == {"ANSWERED"}


@then(
    parsers.re(
        r'the mail "(?P<template>[^"]+)" to "(?P<name>[^"]+)" was kept back once as (?P<why>\w+), the other one had 2'
    )
)
def kept_back(office: Office, template: str, name: str, why: str) -> None:
    told = [mail for mail in office.mails() if mail.template == template]
    one = [(mail.state, mail.suppressed) for mail in told if mail.person_id == known(office, name).id]
    other = [mail.state for mail in told if mail.person_id != known(office, name).id]
    assert (one, other) == ([("SENT", None), ("SUPPRESSED", why)], ["SENT", "SENT"])


@then(parsers.parse('one mentor received the mail "{template}"'))
def one_received(office: Office, template: str) -> None:
    assert len(written(office, template)) == 1


@then(parsers.parse('no mail "{template}" was sent'))
def not_sent(office: Office, template: str) -> None:
    assert written(office, template) == []


@then(parsers.parse('the mail "{template}" has the words "{words}"'))
def says(office: Office, template: str, words: str) -> None:
    assert any(words in mail.text for mail in office.mails() if mail.template == template)


@then(parsers.parse('the mail "{template}" does not name "{one}" or "{other}"'))
def names_nobody(office: Office, template: str, one: str, other: str) -> None:
    [text] = [mail.text for mail in office.mails() if mail.template == template]
    assert one not in text
    assert other not in text


@then(parsers.parse('the case of "{process}" has ended at "{element}"'))
def case_of_ended(office: Office, process: str, element: str) -> None:
    assert cases(office, process)
    ended_at(office, process, element)


@then(parsers.parse('the pair\'s case has ended at "{element}"'))
def pairs_case_ended(office: Office, element: str) -> None:
    ended_at(office, "mentorship", element)
