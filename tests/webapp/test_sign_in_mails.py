"""The mail with the code: written by a job, in the reader's language, to the person's own address, or not at all."""

from __future__ import annotations

import re

import pytest

from engine import jobs
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.transaction import reading
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import add_person
from webapp.accounts import codes
from workflows.association import mails
from workflows.association.mails import Mail
from workflows.association.people import Person


def mailed(engine: Engine) -> list[Mail]:
    jobs.run_due(engine)
    with reading(engine) as session:
        return list(mails.latest(session))


def test_the_code_arrives_and_opens(client: LookedAtPages, web_engine: Engine, leo: Person) -> None:
    client.post_form("/sign-in", {"email": "Leo.Marchand@example.org"})
    (mail,) = mailed(web_engine)
    assert mail.to_address == "leo.marchand@example.org"
    assert mail.state == "SENT"
    (code,) = re.findall(r"\b\d{6}\b", mail.text)
    assert code not in mail.subject, "staff read subjects on the page of a person"
    assert "Bonjour Leo Marchand" in mail.text
    assert client.post_form("/sign-in/code", {"code": code}).status_code == 303


def test_the_mail_speaks_the_readers_language(client: LookedAtPages, web_engine: Engine) -> None:
    add_person(web_engine, "Emily", "Wright", lang="en")
    client.post_form("/sign-in", {"email": "emily.wright@example.org"})
    (mail,) = mailed(web_engine)
    assert "Hello Emily Wright" in mail.text


def test_whoever_has_a_password_is_told_to_use_it(client: LookedAtPages, web_engine: Engine, anna: Person) -> None:
    client.post_form("/sign-in", {"email": "anna.berger@example.org"})
    (mail,) = mailed(web_engine)
    assert "http://127.0.0.1:8000/sign-in/password" in mail.text


@pytest.mark.parametrize("address", ["nobody@example.org", "a@b.example"])
def test_nobody_is_written_to_for_an_unknown_address(client: LookedAtPages, web_engine: Engine, address: str) -> None:
    client.post_form("/sign-in", {"email": address})
    assert mailed(web_engine) == []


def test_a_late_job_does_not_mail_a_dead_code(
    client: LookedAtPages, web_engine: Engine, clock: VirtualClock, leo: Person
) -> None:
    client.post_form("/sign-in", {"email": "leo.marchand@example.org"})
    clock.advance(codes.GOOD_FOR)
    assert mailed(web_engine) == []
