"""A security key in a real Chromium, with its virtual authenticator: added, asked for, and taken by no other person."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.chromium import WatchedPage
from tests.fixtures.staff import PASSWORD
from workflows.association.people import Person

pytestmark = pytest.mark.browser


def test_a_key_is_added_and_opens_the_account(window: WatchedPage, anna: Person) -> None:
    window.server = replace(window.server, url=window.server.url.replace("127.0.0.1", "localhost"))  # keys need a name
    page = window.goto("/sign-in/password")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "usb", "hasUserVerification": False, "isUserVerified": False,
                     "hasResidentKey": False, "automaticPresenceSimulation": True}},
    )  # fmt: skip
    _password(page)
    page.get_by_text("Bienvenue, Anna").wait_for()
    page = window.goto("/account/second")
    page.get_by_label("Mot de passe actuel", exact=True).fill(PASSWORD)
    window.check("confirm")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Nom, comme").fill("clé bleue")
    window.check("second-factors")
    page.get_by_role("button", name="Ajouter une clé de sécurité").click()
    page.get_by_role("button", name="Lire la clé").click()
    page.get_by_role("heading", name="Codes sur papier").wait_for()
    window.check("recovery")
    page.get_by_role("link", name="Je les ai conservés").click()
    page.get_by_label("Nom, comme").fill("téléphone")
    page.get_by_role("button", name="Ajouter une application").click()
    page.get_by_role("heading", name="Ajouter une application").wait_for()
    window.check("app")
    page.context.clear_cookies()
    page = window.goto("/sign-in/password")
    _password(page)
    page.get_by_role("heading", name="Encore une étape").wait_for()
    window.check("second")
    expect(page.get_by_text("La clé n’a pas été lue"), "nothing was tried yet").to_be_hidden()
    credentials = devtools.send("WebAuthn.getCredentials", {"authenticatorId": key["authenticatorId"]})["credentials"]
    devtools.send("WebAuthn.clearCredentials", {"authenticatorId": key["authenticatorId"]})
    page.get_by_role("button", name="Utiliser ma clé de sécurité").click()
    page.get_by_text("La clé n’a pas été lue").wait_for()
    devtools.send(
        "WebAuthn.addCredential", {"authenticatorId": key["authenticatorId"], "credential": credentials[0]}
    )  # fmt: skip
    page.get_by_role("button", name="Utiliser ma clé de sécurité").click()
    page.get_by_text("Bienvenue, Anna").wait_for()


def _password(page: Page) -> None:
    page.get_by_label("Adresse électronique").fill("anna.berger@example.org")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
