"""What the editor of expressions completes: the names that work, forms, tables and calls write, with their types."""

from __future__ import annotations

from typing import Any

import pytest

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.gifts import FILES, PROCESS, await_money
from webapp.studio import known
from webapp.wiring_checks import processes_in
from workflows.catalogue import definitions


@pytest.fixture
def told(web_engine: Engine) -> dict[str, Any]:
    """Of the process of a promise, with one case that waits for money; every delivered process is around it."""
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, FILES, by=SYSTEM)
    await_money(web_engine, 1)
    others = [spec for files in definitions().values() for specs in processes_in(files).values() for spec in specs]
    with reading(web_engine) as session:
        return dict(known.known(session, web_engine.registry, PROCESS, FILES, others))


def test_each_writer_is_known_with_types(told: dict[str, Any]) -> None:
    asked = {each["name"]: each["type"] for each in told["work"]["instalment.next"]}
    assert asked["instalment_amount"] == "number", "as the newest case shows it"
    late = {each["name"]: each["type"] for each in told["work"]["pledge.lateness"]}
    assert late["days_late"] == "number", "as the table that reads it declares it"
    assert told["decisions"]["pledge_dunning"] == {"type": "string"}
    talked = {each["name"]: each["type"] for each in told["forms"]["pledge_talk"]}
    assert talked and set(talked.values()) <= {"string", "number", "boolean", "date", "list", "context"}


def test_calls_bring_back_and_hand_over(told: dict[str, Any]) -> None:
    assert told["processes"], "what called processes bring back"
    assert {each["name"] for each in told["begun"]} <= {
        each["name"] for found in told["processes"].values() for each in found
    } | {"pledge_id"}


def test_personal_answers_are_no_variables(web_engine: Engine) -> None:
    files = definitions()["membership_application"]
    assert b'"record": "person.phone"' in files["profile.form"]
    with reading(web_engine) as session:
        told = known.known(session, web_engine.registry, "membership_application", files, [])
    names = {form: {each["name"] for each in found} for form, found in dict(told)["forms"].items()}
    assert "profile" in names and "phone" not in names["profile"]
    assert any(names.values()), "what goes to no record is one"
