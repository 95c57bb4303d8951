"""The values of a case are listed with the words that forms and tables give their codes."""

from __future__ import annotations

import pytest
from flask import Flask

from engine import commands
from engine.assignment import SYSTEM
from engine.definitions import latest
from engine.engine import Engine
from engine.transaction import reading, transaction
from webapp.decision_words import CaseDecisions
from webapp.operations.value_words import ValueWords
from workflows.catalogue import definitions


@pytest.mark.parametrize(
    ("language", "asked", "decided"),
    [("fr", "Donner un autre compte (NEW_ACCOUNT)", "nouvel essai (RETRY)"),
     ("en", "Give another account (NEW_ACCOUNT)", "another try (RETRY)")],
)  # fmt: skip
def test_codes_have_words_beside_them(app: Flask, web_engine: Engine, language: str, asked: str, decided: str) -> None:
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, definitions()["payment_incident"], by=SYSTEM)
    with reading(web_engine) as session:
        found = latest(session, web_engine, "payment_incident")
        words = ValueWords(session, web_engine, found.id, CaseDecisions(session, web_engine, found.id, language))
        results = {each.decision.result for each in found.spec.elements.values() if each.decision is not None}
    assert words.worded("outcome", "NEW_ACCOUNT") == asked
    assert words.worded("outcome", ["NEW_ACCOUNT", "ELSE"]) == [asked, "ELSE"]
    assert words.worded("kind_of_thing", "NEW_ACCOUNT") == "NEW_ACCOUNT"
    said = [words.worded(each, {"next": "RETRY", "days": 3}) for each in sorted(results)]
    assert {"next": decided, "days": 3} in said
