"""A process owner changes a tariff, is told what is wrong, and undoes it: in Chromium, at a desk and on a phone."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.engine import Engine
from engine.transaction import transaction
from tests.fixtures.chromium import WatchedPage
from tests.fixtures.staff import PASSWORD, add_person
from workflows.association import number_series, parameters

pytestmark = pytest.mark.browser


def test_a_tariff_is_decided_and_withdrawn(window: WatchedPage, app: Flask, web_engine: Engine) -> None:
    today = web_engine.clock.now().date()
    with transaction(web_engine) as session:
        parameters.declare_first(session, valid_from=today.replace(year=today.year - 1), decided_by="Assemblée")
    add_person(web_engine, "Odile", "Roux", "PROCESS_OWNER", password=PASSWORD)
    page = window.sign_in("odile.roux@example.org")
    window.goto("/parameters")
    window.check("parameters")
    page.get_by_role("link", name="Tarifs de cotisation").click()
    page.get_by_text("160,00").first.wait_for()
    window.check("parameters-table")
    page.get_by_role("link", name="Changer à partir d’un jour – Plein tarif").click()
    page.get_by_label("Montant annuel").fill("cent")
    page.get_by_role("button", name="Décider").click()
    page.get_by_role("heading", name="Il y a un problème").wait_for()
    window.check("parameters-refused")
    page.get_by_label("Montant annuel").fill("172,5")
    page.get_by_label("À partir de quel jour ?").fill(f"{today.year + 1}-09-01")
    page.get_by_label("Qui l’a décidé ?").fill("Assemblée générale")
    page.get_by_role("button", name="Décider").click()
    page.get_by_text("172,50").first.wait_for()
    window.check("parameters-decided")
    page.get_by_role("link", name="Retirer – Plein tarif, à partir du 1er septembre").click()
    page.get_by_role("button", name="Retirer").click()
    page.get_by_text("La ligne est retirée.").wait_for()
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="What was decided and undone").wait_for()
    window.check("parameters-english")


def test_a_text_is_changed(window: WatchedPage, app: Flask, web_engine: Engine) -> None:
    add_person(web_engine, "Odile", "Roux", "PROCESS_OWNER", "FINANCE", password=PASSWORD)
    page = window.sign_in("odile.roux@example.org")
    window.goto("/texts")
    window.check("texts")
    window.goto("/texts/mail/welcome")
    window.check("texts-mail")
    page.get_by_role("button", name="Modifier le texte").click()
    page.get_by_label("Objet – français").fill("Bienvenue parmi nous, $firstname")
    page.get_by_role("button", name="Aperçu").click()
    page.get_by_role("heading", name="Il y a un problème").wait_for()
    page.get_by_label("Objet – français").fill("Bienvenue parmi nous")
    page.get_by_role("button", name="Aperçu").click()
    page.get_by_role("heading", name="Ce que recevrait Zoé Lambert").wait_for()
    window.check("texts-edit")
    page.get_by_label("Qui l’a décidé ?").fill("Communication")
    page.get_by_role("button", name="Mettre en vigueur").click()
    page.get_by_text("Le texte vaut à partir du").wait_for()
    window.goto("/texts/letter/dues_attestation")
    window.check("texts-letter")
    with transaction(web_engine) as session:
        number_series.take(session, "COL-2026", count=3)
    window.goto("/finance/numbers")
    window.check("numbers")
    window.speak("en")
    window.goto("/texts/mail/welcome/edit")
    window.check("texts-edit-english")
