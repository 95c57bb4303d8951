"""Mails: what was written, what left, what was kept back."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from pytest_bdd import parsers, then

from tests.fixtures.office import Office


def sent(office: Office, template: str) -> int:
    """How many mails of a template left."""
    return sum(mail.template == template and mail.state == "SENT" for mail in office.mails())


@then(parsers.parse('the applicant received the mail "{template}"'))
def received_the_mail(office: Office, template: str) -> None:
    assert sent(office, template) == 1
    mail = next(mail for mail in office.mails() if mail.template == template)
    assert [message["To"] for message in office.letterbox.messages if message["Message-ID"] == mail.message_id]


@then(parsers.parse('the applicant received {count:d} mails "{template}"'))
def received_mails(office: Office, count: int, template: str) -> None:
    assert sent(office, template) == count


@then("no mail left for the applicant since")
def no_mail_left(office: Office, since: list[int]) -> None:
    assert len(office.letterbox.messages) == since[-1]


@then(parsers.parse('the mail "{template}" is kept back because of {reason}'))
def is_kept_back(office: Office, template: str, reason: str) -> None:
    found = [(mail.state, mail.suppressed) for mail in office.mails() if mail.template == template]
    assert found == [("SUPPRESSED", reason)]


@then(parsers.parse('the mail "{template}" says "{one}", "{two}" and "{three}"'))
def says(office: Office, template: str, one: str, two: str, three: str) -> None:
    text = next(mail.text for mail in office.mails() if mail.template == template)
    assert [words for words in (one, two, three) if words not in text] == []


@then(parsers.parse('the mail "{template}" is due at {hour:d}:{minute:d}'))
def is_due_at(office: Office, template: str, hour: int, minute: int) -> None:
    mail = next(mail for mail in office.mails() if mail.template == template)
    local = mail.due_at.astimezone(ZoneInfo("Europe/Paris"))
    assert (local.hour, local.minute) == (hour, minute)
