"""Answers to mails: what readers, machines and mail servers send back, and what the association makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.parser import Parser
from pathlib import Path
from typing import Literal
from uuid import uuid4

import pytest
from pytest_bdd import given, parsers, then, when

from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from workflows.association import received_mails
from workflows.association.contacts import email_row
from workflows.association.mail_reading import look
from workflows.association.mail_sources import MaildirSource
from workflows.association.mails import Mail
from workflows.association.people import Person
from workflows.association.received_mails import ReceivedMail
from workflows.association.roles import RoleHolding
from workflows.association.settings import Association

Reference = Literal["In-Reply-To", "References", "To"]


@dataclass(slots=True)
class Back:
    """The mailbox that answers come back to: a Maildir, and a look into it."""

    office: Office
    path: Path

    @property
    def association(self) -> Association:
        return self.office.association

    def arrives(self, message: EmailMessage | MIMEMultipart, name: str = "1") -> None:
        (self.path / "new" / name).write_bytes(message.as_bytes())

    def look(self) -> int:
        count = look(self.office.engine, self.association, MaildirSource(self.path))
        self.office.run()
        return count

    def unread(self) -> list[Path]:
        return list((self.path / "new").iterdir())

    def left_to_people(self) -> int:
        return sum(file.name.endswith(":2,") for file in (self.path / "cur").iterdir())


@pytest.fixture
def back(office: Office, tmp_path: Path) -> Back:
    """The mailbox, empty."""
    for part in ("new", "cur", "tmp"):
        (tmp_path / "maildir" / part).mkdir(parents=True)
    return Back(office, tmp_path / "maildir")


def answered(office: Office, template: str = "") -> tuple[Mail, EmailMessage]:
    """The mail of this template, else the latest that left, as its reader has it."""
    mail = [each for each in office.mails() if each.state == "SENT" and template in ("", each.template)][-1]
    return mail, next(each for each in office.letterbox.messages if each["Message-ID"] == mail.message_id)


def answer_to(office: Office, text: str, *, by: Reference = "In-Reply-To", template: str = "") -> EmailMessage:
    """An answer as mail programs write it; `by`: the only thing that says what it answers."""
    mail, original = answered(office, template)
    message = EmailMessage()
    message["From"] = f"Ambre <{mail.to_address}>"
    message["To"] = original["Reply-To"] if by == "To" else "answers@amicale.example"
    message["Subject"] = f"Re: {original['Subject']}"
    message["Message-ID"] = "<one@boite.example>"
    if by != "To":
        before = "<first@elsewhere.example> " if by == "References" else ""
        message[by] = before + original["Message-ID"]
    message.set_content(f"{text}\n\nLe 3 mars 2026 à 10:00, Amicale a écrit :\n> {original['Subject']}")
    return message


def bounce_of(office: Office, address: str, status: str, *, action: str = "failed") -> MIMEMultipart:
    """A delivery status notification (RFC 3464) about the latest mail that left."""
    _, original = answered(office)
    message = MIMEMultipart("report", **{"report-type": "delivery-status"})
    message["From"], message["To"] = "MAILER-DAEMON@boite.example", "answers@amicale.example"
    message["Subject"], message["Auto-Submitted"] = "Undelivered Mail Returned to Sender", "auto-replied"
    message.attach(MIMEText("I could not deliver it."))
    fields = f"Reporting-MTA: dns; boite.example\n\nFinal-Recipient: rfc822; {address}\nAction: {action}\n"
    blocks = MIMEMultipart("fields")
    blocks.set_payload([Parser().parsestr(part) for part in f"{fields}Status: {status}\n".split("\n\n")])
    blocks.replace_header("Content-Type", "message/delivery-status")
    message.attach(blocks)
    message.attach(MIMEMessage(original))
    return message


@given("the association reads its mailbox")
def it_reads(back: Back) -> None:
    assert back.look() == 0


@given(parsers.parse('"{name}" works in {first} and {second}'))
def somebody_works(office: Office, name: str, first: str, second: str) -> None:
    given_name, last = name.split()
    person = Person(id=uuid4(), first_names=given_name, birth_name=last, lang="fr", watched=False)
    person.emails.append(email_row(person.id, f"{given_name.lower()}@amicale.example"))
    with transaction(office.engine) as session:
        session.add(person)
        for role in (first, second):
            session.add(RoleHolding(person_id=person.id, role=role, from_date=office.clock.now().date()))


@then("a person of the association has a task in the case")
def has_a_task(office: Office) -> None:
    assert [task.role for task in office.open_tasks().values() if task.role in ("MEMBERSHIP", "DATA")]


@when(parsers.parse('the applicant answers the mail "{template}" with "{text}"'))
def answers(back: Back, template: str, text: str) -> None:
    back.arrives(answer_to(back.office, text, template=template))
    back.look()


@when("the same answer arrives again")
def arrives_again(back: Back) -> None:
    (known,) = of_case(back.office)
    back.arrives(answer_to(back.office, known.text, template="confirm_email"), "2")
    back.look()


@when(parsers.parse('a machine answers the mail "{template}" with "{text}"'))
def a_machine_answers(back: Back, template: str, text: str) -> None:
    message = answer_to(back.office, text, template=template)
    message["Auto-Submitted"] = "auto-replied"
    back.arrives(message)
    back.look()


@when(parsers.parse('the mail "{template}" comes back as undeliverable'))
def comes_back(back: Back, template: str) -> None:
    mail, _ = answered(back.office, template)
    back.arrives(bounce_of(back.office, mail.to_address, "5.1.1"))
    back.look()


def of_case(office: Office) -> list[ReceivedMail]:
    assert office.instance_id is not None
    with reading(office.engine) as session:
        return list(received_mails.of_case(session, office.instance_id))


@then(parsers.parse('the case shows the answer "{text}"'))
def shows(office: Office, text: str) -> None:
    assert [received.text for received in of_case(office)] == [text]


@then("the case shows that a mail did not arrive")
def shows_a_bounce(office: Office) -> None:
    assert [(received.kind, received.status) for received in of_case(office)] == [("BOUNCE", "5.1.1")]


@then(parsers.parse('"{name}" is told that an answer arrived'))
def is_told(office: Office, name: str) -> None:
    told = [mail for mail in office.mails() if mail.subject.startswith("Une réponse est arrivée")]
    assert [mail.to_address for mail in told] == [f"{name.split()[0].lower()}@amicale.example"]


@then("nobody is told")
def nobody_is_told(office: Office) -> None:
    assert not [mail for mail in office.mails() if mail.template == "" and mail.key.startswith("back:")]
