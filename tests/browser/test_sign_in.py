"""Signing in, in a real Chromium, at a desk and on a phone."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from engine.transaction import reading
from tests.fixtures.chromium import WatchedPage
from tests.fixtures.staff import PASSWORD
from webapp.accounts import codes
from webapp.accounts.models import SignInCode
from workflows.association.people import Person

pytestmark = pytest.mark.browser


def test_staff_sign_in_and_look_at_their_account(window: WatchedPage, anna: Person) -> None:
    page = window.goto("/sign-in")
    window.check("sign-in")
    page.get_by_role("link", name="Je travaille pour l’association").click()
    window.check("password")
    page.get_by_label("Adresse électronique").fill("anna.berger@example.org")
    page.get_by_label("Mot de passe", exact=True).fill("not this one")
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("heading", name="Il y a un problème").wait_for()
    window.check("password-wrong")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_text("Bienvenue, Anna").wait_for()
    page = window.goto("/account/")
    window.check("account")
    page.get_by_role("link", name="Modifier").click()
    page.get_by_role("heading", name="Changer le mot de passe").wait_for()
    window.check("new-password")
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Change the password").wait_for()


def test_a_member_signs_in_with_a_code(window: WatchedPage, leo: Person) -> None:
    page = window.goto("/sign-in")
    page.get_by_label("Adresse électronique").fill("leo.marchand@example.org")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Saisissez votre code").wait_for()
    window.check("code")
    page.get_by_label("Code à six chiffres").fill(code_of(window, leo.id))
    page.get_by_label("Mémoriser cet appareil").check()
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_text("Bienvenue, Leo").wait_for()


def code_of(window: WatchedPage, person_id: UUID) -> str:
    """The code that the mail of this person says."""
    with reading(window.server.engine) as session:
        asked = session.scalars(select(SignInCode).where(SignInCode.person_id == person_id)).one()
        return codes.digits(window.server.settings.secret_key, asked.id)


def test_first_error_and_mailbox_pages(window: WatchedPage, anna: Person) -> None:
    window.goto("/")
    window.check("home")
    window.goto("/nowhere")
    window.check("not-found")
    window.goto("/mailbox/")
    window.check("mailbox-empty")
