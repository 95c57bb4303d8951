"""Signing in: by password and by code, the same answers for known and unknown, and what a session is worth."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.models import Job
from engine.transaction import reading, transaction
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD
from webapp.accounts import codes
from webapp.accounts.models import SignInCode, WebSession
from webapp.settings import Settings
from workflows.association import people
from workflows.association.people import Person

ANNA = "anna.berger@example.org"
LEO = "leo.marchand@example.org"


def by_password(client: LookedAtPages, address: str = ANNA, password: str = PASSWORD) -> TestResponse:
    return client.post_form("/sign-in/password", {"email": address, "password": password})


def ask_code(client: LookedAtPages, engine: Engine, settings: Settings, address: str = LEO) -> str:
    """Asks for a code and answers it, as its mail would say it."""
    answer = client.post_form("/sign-in", {"email": address})
    assert (answer.status_code, answer.location) == (303, "/sign-in/code")
    with client.session_transaction() as session:
        return codes.digits(settings.secret_key, UUID(session["pending_code"]))


def signed_in(client: LookedAtPages) -> bool:
    return client.get("/account/").status_code == 200


def test_staff_sign_in_with_a_password(client: LookedAtPages, anna: Person) -> None:
    answer = by_password(client)
    assert (answer.status_code, answer.location) == (303, "/")
    page = client.get("/account/").get_data(as_text=True)
    assert "Anna Berger" in page
    assert "Adhésions" in page


def test_the_address_is_read_without_case(client: LookedAtPages, anna: Person) -> None:
    assert by_password(client, " ANNA.Berger@Example.org ").status_code == 303


@pytest.mark.parametrize(
    ("address", "password"),
    [(ANNA, "another"), ("nobody@example.org", PASSWORD), (LEO, PASSWORD), (ANNA, "\x01" * 20)],
)
def test_whatever_is_wrong_answers_the_same(
    client: LookedAtPages, anna: Person, leo: Person, address: str, password: str
) -> None:
    answer = by_password(client, address, password)
    assert answer.status_code == 422
    assert "Cette adresse et ce mot de passe ne vont pas ensemble" in answer.get_data(as_text=True)
    assert not signed_in(client)


def test_an_unknown_address_costs_the_same_verification(
    client: LookedAtPages, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, kept: str, said: str) -> bool:
        verified.append(kept)
        return verify(self, kept, said)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    by_password(client, "nobody@example.org")
    by_password(client, ANNA, "wrong wrong wrong")
    assert len(verified) == 2
    assert len({kept.rsplit("$", 2)[0] for kept in verified}) == 1, "the same algorithm with the same cost"


def test_a_huge_password_is_refused_before_it_is_hashed(client: LookedAtPages, anna: Person) -> None:
    assert by_password(client, ANNA, "x" * 129).status_code == 422
    assert by_password(client, ANNA, "x" * 10_000_000).status_code == 413


def test_a_member_signs_in_with_the_code_of_the_mail(
    client: LookedAtPages, web_engine: Engine, settings: Settings, leo: Person
) -> None:
    code = ask_code(client, web_engine, settings)
    answer = client.post_form("/sign-in/code", {"code": f" {code[:3]} {code[3:]} "})
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Leo Marchand" in client.get("/account/").get_data(as_text=True)


def test_a_code_is_good_once(
    client: LookedAtPages, app: Flask, web_engine: Engine, settings: Settings, leo: Person
) -> None:
    code = ask_code(client, web_engine, settings)
    with client.session_transaction() as session:
        pending = session["pending_code"]
    assert client.post_form("/sign-in/code", {"code": code}).status_code == 303
    other = app.test_client()
    with other.session_transaction() as session:
        session["pending_code"] = pending
    assert other.post_form("/sign-in/code", {"code": code}).status_code == 422  # type: ignore[attr-defined]


def test_a_code_is_good_for_ten_minutes(
    client: LookedAtPages, web_engine: Engine, settings: Settings, clock: VirtualClock, leo: Person
) -> None:
    code = ask_code(client, web_engine, settings)
    clock.advance(codes.GOOD_FOR)
    assert client.post_form("/sign-in/code", {"code": code}).status_code == 422
    assert not signed_in(client)


def test_five_wrong_codes_spoil_the_right_one(
    client: LookedAtPages, web_engine: Engine, settings: Settings, leo: Person
) -> None:
    code = ask_code(client, web_engine, settings)
    wrong = str((int(code) + 1) % 10**6).zfill(6)
    for _ in range(codes.TRIES):
        assert client.post_form("/sign-in/code", {"code": wrong}).status_code == 422
    assert client.post_form("/sign-in/code", {"code": code}).status_code == 422
    assert not signed_in(client)


def test_a_code_belongs_to_the_browser_that_asked(
    client: LookedAtPages, app: Flask, web_engine: Engine, settings: Settings, leo: Person
) -> None:
    code = ask_code(client, web_engine, settings)
    answer = app.test_client().get("/sign-in/code")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert code not in client.get("/sign-in/code").get_data(as_text=True)


def traces(engine: Engine) -> tuple[int | None, int | None]:
    """How many jobs and codes there are."""
    with reading(engine) as session:
        jobs = session.scalar(select(func.count()).select_from(Job))
        return jobs, session.scalar(select(func.count(SignInCode.id)))


def test_an_unknown_address_leaves_the_same_traces(client: LookedAtPages, web_engine: Engine, leo: Person) -> None:
    known = client.post_form("/sign-in", {"email": LEO})
    before = traces(web_engine)
    unknown = client.post_form("/sign-in", {"email": "nobody@example.org"})
    after = traces(web_engine)
    assert before == (1, 1)
    assert after == (2, 2)
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert client.get("/sign-in/code").status_code == 200


def test_the_database_does_not_know_the_code(
    client: LookedAtPages, web_engine: Engine, settings: Settings, leo: Person
) -> None:
    code = ask_code(client, web_engine, settings)
    with web_engine.database.connect() as connection:
        dump = "".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert "sign_in_code" in dump
    assert code not in dump


def test_whoever_has_a_password_does_not_come_in_by_a_code(
    client: LookedAtPages, web_engine: Engine, settings: Settings, anna: Person
) -> None:
    code = ask_code(client, web_engine, settings, ANNA)
    assert client.post_form("/sign-in/code", {"code": code}).status_code == 422
    assert not signed_in(client)


def test_the_dead_do_not_sign_in(client: LookedAtPages, web_engine: Engine, clock: VirtualClock, anna: Person) -> None:
    assert by_password(client).status_code == 303
    with transaction(web_engine) as session:
        person = people.get(session, anna.id)
        assert person is not None
        person.deceased_on = clock.now().date()
    assert not signed_in(client)
    assert by_password(client).status_code == 422


def test_the_session_is_a_new_one_after_sign_in(client: LookedAtPages, web_engine: Engine, anna: Person) -> None:
    with client.session_transaction() as session:
        session["sid"] = "chosen by an attacker"
        session["anything"] = "else"
    token = client.csrf_token()
    by_password(client)
    with client.session_transaction() as session:
        assert session["sid"] != "chosen by an attacker"
        assert "anything" not in session
        kept = session["sid"]
    assert client.csrf_token().split(".")[0] != token.split(".")[0]
    with reading(web_engine) as reader:
        row = reader.scalars(select(WebSession)).one()
        assert kept not in (row.token_digest, str(row.id))


def test_a_copied_cookie_is_worth_nothing_after_sign_out(client: LookedAtPages, app: Flask, anna: Person) -> None:
    by_password(client)
    stolen = client.get_cookie("amicale")
    assert stolen is not None
    client.post_form("/sign-out")
    thief = app.test_client()
    thief.set_cookie("amicale", stolen.value)
    assert thief.get("/account/").status_code == 303


def test_a_session_ends_by_itself(client: LookedAtPages, clock: VirtualClock, settings: Settings, anna: Person) -> None:
    by_password(client)
    clock.advance(timedelta(hours=settings.session_hours) - timedelta(seconds=1))
    assert signed_in(client)
    clock.advance(timedelta(seconds=1))
    assert not signed_in(client)


def test_a_device_is_remembered_for_ninety_days(
    client: LookedAtPages, web_engine: Engine, settings: Settings, clock: VirtualClock, leo: Person
) -> None:
    code = ask_code(client, web_engine, settings)
    answer = client.post_form("/sign-in/code", {"code": code, "remember": "y"})
    assert "Expires=" in answer.headers["Set-Cookie"]
    clock.advance(timedelta(days=89))
    assert signed_in(client)
    clock.advance(timedelta(days=1))
    assert not signed_in(client)


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/%2f%2fevil.example", "/%5cevil.example",
     "javascript:alert(1)", "/%252f%252fevil.example", "\t//evil.example", "/\n/evil.example", "evil.example"],
)  # fmt: skip
def test_nobody_is_sent_to_another_site(client: LookedAtPages, anna: Person, target: str) -> None:
    client.get("/sign-in/password", query_string={"next": target})
    assert by_password(client).location == "/"


def test_one_goes_on_to_the_page_one_wanted(client: LookedAtPages, anna: Person) -> None:
    wanted = client.get("/account/password")
    assert (wanted.status_code, wanted.location) == (303, "/sign-in?next=/account/password")
    client.get(wanted.location)
    assert by_password(client).location == "/account/password"


def test_too_many_tries_are_refused(client: LookedAtPages, anna: Person) -> None:
    answers = [by_password(client, ANNA, f"wrong number {number}").status_code for number in range(6)]
    assert answers == [422] * 5 + [429]
    assert by_password(client).status_code == 429, "the account rests, even for the right password"
    assert by_password(client, LEO, "anything").status_code == 422, "another account does not"


def test_whoever_succeeds_is_not_held_up(client: LookedAtPages, anna: Person) -> None:
    assert [by_password(client).status_code for _ in range(8)] == [303] * 8


def test_a_post_without_token_is_refused(client: LookedAtPages, anna: Person) -> None:
    answer = client.post("/sign-in/password", data={"email": ANNA, "password": PASSWORD})
    assert answer.status_code == 400
    assert not signed_in(client)


def test_another_site_cannot_post_for_us(client: LookedAtPages, anna: Person) -> None:
    answer = client.post_form(
        "/sign-in/password", {"email": ANNA, "password": PASSWORD}, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 403
