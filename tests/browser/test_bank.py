"""The accounts read a statement, decide a line and make a collection, in a real Chromium, at a desk and on a phone."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.engine import Engine
from tests.fixtures.bank import Move, entry, statement
from tests.fixtures.chromium import WatchedPage
from tests.fixtures.staff import PASSWORD, add_person
from tests.webapp.test_bank_page import KEY, ordered

pytestmark = pytest.mark.browser


def test_a_statement_and_a_collection(window: WatchedPage, app: Flask, web_engine: Engine) -> None:
    ordered(web_engine)
    ordered(web_engine, "CMD-2026-000002")
    add_person(web_engine, "Fina", "Tresor", "FINANCE", password=PASSWORD)
    page = window.sign_in("fina.tresor@example.org")
    window.goto("/finance/bank")
    data = statement(
        entry([Move("160.00", text="cotisation merci", name="MME AMBRE DELAUNAY-VANDENBROUCKE DE LA TOUR")]),
        entry([Move("-75.00", end_to_end="UNKNOWN", reason="AC04")]),
        closing="1085.00",
    )
    page.get_by_label("Relevé, avis ou compte rendu").set_input_files(
        files=[{"name": "releve.xml", "mimeType": "application/xml", "buffer": data}]
    )
    page.get_by_role("button", name="Lire", exact=True).click()
    page.get_by_text("2 lignes vous attendent.").wait_for()
    page.get_by_text("le compte est clos (AC04)").wait_for()
    window.check("bank")
    page.get_by_role("button", name="Dire ce qu’elle est").first.click()
    page.get_by_label("Chercher une commande").fill(KEY)
    page.keyboard.press("Enter")
    page.get_by_text("Commandes trouvées").wait_for()
    window.check("bank-order")
    page.get_by_role("button", name="Elle paie cette commande").click()
    page.get_by_text("comptabilisés pour la commande").wait_for()
    page.get_by_label("Prélever ce qui est à échéance jusqu’au").fill("2099-12-31")
    page.get_by_role("button", name="Préparer le fichier pour la banque").click()
    page.get_by_text("Le fichier est prêt").wait_for()
    window.check("bank-collected")
