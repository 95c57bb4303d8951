"""Mails that came back: found on their case, believed in nothing, filed once, answered to by no loop."""

from __future__ import annotations

import mailbox
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from engine.muting import mute
from engine.transaction import reading, transaction
from tests.fixtures.imap import ImapMailbox
from tests.fixtures.office import Office
from tests.steps.answers import Back, answer_to, bounce_of
from workflows.association import incoming_mail, people, received_mails
from workflows.association.contacts import Email
from workflows.association.mail_reading import MailboxReader, look
from workflows.association.mail_sources import MailboxAway, MailboxRefused, MaildirSource, source
from workflows.association.mails import Mail
from workflows.association.people import Person
from workflows.association.received_mails import ReceivedMail
from workflows.association.reply_address import ReplyAddress
from workflows.association.roles import RoleHolding

TOKEN = "0123456789abcdef"


@given(st.uuids(), st.binary(min_size=8, max_size=40))
def test_an_address_is_read_by_whoever_signed_it_alone(mail_id: UUID, key: bytes) -> None:
    ours = ReplyAddress("answers@amicale.example", key)
    address = ours.of(mail_id)
    assert len(address.partition("@")[0]) <= 64  # RFC 5321 §4.5.3.1.1
    assert ours.read(address) == ours.read(address.upper()) == mail_id
    assert ReplyAddress("answers@amicale.example", key + b"x").read(address) is None
    assert ReplyAddress("other@amicale.example", key).read(address) is None


@given(st.text(max_size=80))
def test_no_other_address_is_read(text: str) -> None:
    ours = ReplyAddress("answers@amicale.example", b"key")
    assert ours.read(f"answers+{text}@amicale.example") is None
    assert ours.read(text) is None


@given(st.binary(max_size=2_000))
def test_no_mail_is_too_broken_to_be_read(raw: bytes) -> None:
    found = incoming_mail.read(raw)
    assert found.key == incoming_mail.read(raw).key
    assert "\n" not in found.subject
    assert "\0" not in found.text + found.subject + found.sender


HOSTILE = {
    "nested": b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3_000)),
    "parts": b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * 100_000,
    "encoded word": b"Subject: =?utf-8?q?a=0D=0ABcc:_x?= =?nothing?q?x?= =?utf-8?b?!?=\n\nx",
    "charset": b"Content-Type: text/plain; charset=\xff\xfe\n\nx",
    "transfer": b"Content-Transfer-Encoding: base64\n\n!!!",
    "long header": b"References: " + b"<a@b> " * 200_000 + b"\n\nx",
    "addresses": b"From: " + b'"' * 50_000 + b"\n\nx",
    "comments": b"From: " + b"(" * 50_000 + b"\n\nx",
    "html": b"Content-Type: text/html\n\n" + b"<div>" * 100_000 + b"x",
    "report": b'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: message/delivery-status\n\n'
    + b"Action: failed\nFinal-Recipient: rfc822;\n\n" * 20_000,
    "nul": b"Subject: a\0b\n\na\0b\xed\xa0\x80",
    "template": b"Subject: {{7*7}}\n\n<img onerror=alert(1)> {% for %} \xe2\x80\xaeright-to-left",
}  # fmt: skip


@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_mails_are_read_within_their_bounds(name: str) -> None:
    found = incoming_mail.read(HOSTILE[name])
    assert len(found.text) <= incoming_mail.TEXT
    assert len(found.answered) <= incoming_mail.REFERENCES
    assert "\r" not in found.subject
    assert "\u202e" not in found.text


def test_only_what_the_sender_wrote_is_kept() -> None:
    message = EmailMessage()
    message["Subject"] = "Re: Bonjour"
    message.set_content("Voici mon diplôme.\n\nLe 3 mars 2026 à 10:00, Amicale a écrit :\n> Bonjour\n> secret")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="diplome.pdf")
    found = incoming_mail.read(message.as_bytes())
    assert (found.text, found.attachments) == ("Voici mon diplôme.", 1)


@pytest.fixture
def applied(back: Back, office: Office) -> Mail:
    """Somebody applied; the mail that asks for a confirmation has left."""
    office.apply(
        first_names="Ambre",
        birth_name="Delaunay",
        email="ambre@boite.example",
        category="GRADUATE",
        lang="fr",
        birth_date=date(1990, 3, 4),
        programme="PGE",
        promotion_year=2013,
    )
    (mail,) = office.mails()
    assert mail.state == "SENT"
    return mail


def filed(office: Office) -> list[ReceivedMail]:
    with reading(office.engine) as session:
        return list(session.scalars(select(ReceivedMail).order_by(ReceivedMail.received_at)))


def test_a_mail_says_where_answers_and_bounces_go(back: Back, applied: Mail, office: Office) -> None:
    (message,) = office.letterbox.messages
    address = back.association.replies.of(applied.id)
    assert message["Reply-To"] == address
    assert office.letterbox.senders == [address]


@pytest.mark.parametrize("how", ["In-Reply-To", "References", "To"])
def test_an_answer_is_filed_on_its_case_once(back: Back, applied: Mail, office: Office, how: str) -> None:
    for name in ("1", "2"):
        back.arrives(answer_to(office, "Je n’ai pas reçu le lien.", by=how), name)
        assert back.look() == 1
    (one,) = filed(office)
    assert (one.kind, one.instance_id, one.text) == ("REPLY", office.instance_id, "Je n’ai pas reçu le lien.")
    assert one.sender == "ambre@boite.example"
    assert back.unread() == []


def test_a_forged_reference_files_nothing(back: Back, applied: Mail, office: Office) -> None:
    message = answer_to(office, "Bonjour", by="To")
    del message["To"]
    message["To"] = f"answers+{TOKEN}@amicale.example"
    message["In-Reply-To"] = f"<{applied.key}@elsewhere.example>"
    back.arrives(message)
    back.look()
    (one,) = filed(office)
    assert (one.kind, one.instance_id, one.text, one.sender) == ("NO_CASE", None, "", "")
    assert back.left_to_people() == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("Auto-Submitted", "auto-replied"), ("Precedence", "bulk"), ("X-Autoreply", "yes"), ("Return-Path", "<>")],
)
def test_a_machine_is_filed_and_told_to_nobody(
    back: Back, applied: Mail, office: Office, name: str, value: str
) -> None:
    colleague(office)
    message = answer_to(office, "Je suis absente.")
    message[name] = value
    back.arrives(message)
    back.look()
    assert [one.kind for one in filed(office)] == ["AUTOMATIC"]
    assert len(office.mails()) == 1


def colleague(office: Office) -> UUID:
    """Somebody whom a task of the case waits for."""
    person = Person(id=uuid4(), first_names="Odile", birth_name="Roux", lang="fr", watched=False)
    person.emails.append(Email(id=uuid4(), person_id=person.id, address="o@a.example", folded="o@a.example"))
    with transaction(office.engine) as session:
        session.add(person)
        for role in ("MEMBERSHIP", "DATA"):
            session.add(RoleHolding(person_id=person.id, role=role, from_date=office.clock.now().date()))
    return person.id


@pytest.mark.parametrize(
    ("status", "state"), [("5.1.1", "HARD"), ("5.2.2", "SOFT"), ("4.4.7", "SOFT"), ("", "SOFT")]
)  # fmt: skip
def test_a_bounce_marks_its_address(back: Back, office: Office, status: str, state: str) -> None:
    mail = member_mail(office)
    back.arrives(bounce_of(office, mail.to_address, status))
    back.look()
    assert [one.kind for one in filed(office)] == ["BOUNCE"]
    assert bounce_state(office, mail) == state


def test_a_bounce_of_another_address_marks_nothing(back: Back, office: Office) -> None:
    mail = member_mail(office)
    back.arrives(bounce_of(office, "victim@boite.example", "5.1.1"))
    back.look()
    assert bounce_state(office, mail) == "NONE"


def test_a_delay_is_no_bounce(back: Back, office: Office) -> None:
    mail = member_mail(office)
    back.arrives(bounce_of(office, mail.to_address, "4.4.1", action="delayed"))
    back.look()
    assert [one.kind for one in filed(office)] == ["DELAY"]
    assert bounce_state(office, mail) == "NONE"


def member_mail(office: Office) -> Mail:
    from_register = Person(id=uuid4(), first_names="Ambre", birth_name="Delaunay", lang="fr", watched=False)
    from_register.emails.append(
        Email(id=uuid4(), person_id=from_register.id, address="ambre@boite.example", folded="ambre@boite.example")
    )
    with transaction(office.engine) as session:
        session.add(from_register)
        session.flush()
        received_mails.mails.post(session, office.engine, to=from_register.id, subject="Bonjour", text="Bonjour")
    office.run()
    return office.mails()[0]


def bounce_state(office: Office, mail: Mail) -> str:
    with reading(office.engine) as session:
        person = people.get(session, mail.person_id) if mail.person_id else None
        assert person is not None
        return person.emails[0].bounce_state


def test_nothing_is_taken_from_the_mailbox_while_the_house_is_muted(back: Back, applied: Mail, office: Office) -> None:
    back.arrives(answer_to(office, "Bonjour"))
    with transaction(office.engine) as session:
        mute(session, office.engine, "operator", "restored")
    assert back.look() == 0
    assert len(back.unread()) == 1


def test_texts_are_erased_and_the_fact_stays(back: Back, applied: Mail, office: Office) -> None:
    back.arrives(answer_to(office, "Bonjour"))
    back.look()
    with transaction(office.engine) as session:
        received_mails.forget_texts(session, application_id=applied.application_id)
    (one,) = filed(office)
    assert (one.kind, one.text, one.subject, one.sender) == ("REPLY", "", "", "")


def test_a_thread_reads_until_it_is_stopped(back: Back, applied: Mail, office: Office) -> None:
    reader = MailboxReader(office.engine, back.association, MaildirSource(back.path), every=timedelta(seconds=0.05))
    back.arrives(answer_to(office, "Bonjour"))
    reader.start()
    for _ in range(200):
        if not back.unread():
            break
        reader.stopping.wait(0.05)
    reader.stop()
    assert [one.kind for one in filed(office)] == ["REPLY"]


def test_imap_is_read_and_marked(back: Back, applied: Mail, office: Office, imap: Callable[[], ImapMailbox]) -> None:
    server = imap()
    server.mails = [answer_to(office, "Bonjour").as_bytes(), b"From: x@y.example\r\n\r\nnothing of ours"]
    where = source(f"imap://answers:secret@127.0.0.1:{server.port}/INBOX")
    assert look(office.engine, back.association, where) == 2
    assert server.flags == {1: {r"\Seen"}, 2: {"AmicaleLeft"}}
    assert look(office.engine, back.association, where) == 0
    assert [one.kind for one in filed(office)] == ["REPLY", "NO_CASE"]


def test_a_mailbox_that_is_away_says_so(back: Back, tmp_path: Path, imap: Callable[[], ImapMailbox]) -> None:
    server = imap()
    for where in (
        source(f"imap://answers:wrong@127.0.0.1:{server.port}"),
        source("imap://answers:secret@127.0.0.1:1"),
        source("maildir:///nowhere"),
    ):
        with pytest.raises(MailboxAway), where.opened():
            pass


@pytest.mark.parametrize(
    "address", ["", "pop://x@y", "imaps://host", "imap://u:p@host/a%22b", "imap://u@h:x", "maildir:"]
)
def test_an_address_that_is_no_mailbox_is_refused(address: str) -> None:
    with pytest.raises(MailboxRefused):
        source(address)


def test_the_maildir_is_the_one_that_others_write(back: Back, applied: Mail, office: Office) -> None:
    mailbox.Maildir(back.path).add(answer_to(office, "Bonjour").as_bytes())
    assert back.look() == 1
    assert [one.kind for one in filed(office)] == ["REPLY"]
    assert replace(back.association, name="x").replies == back.association.replies
