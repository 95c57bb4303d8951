"""A table that was meant to answer otherwise: its owner accepts the new answer for a golden case, in one press."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from engine import commands
from engine.assignment import SYSTEM
from engine.dmn.golden import GoldenCasesUnreadable, read_cases, with_answer
from engine.engine import Engine
from engine.feel.equality import equals
from engine.feel.errors import NotFeelValue
from engine.feel.iso import parse_temporal
from engine.transaction import transaction
from tests.security.web import at_desk
from tests.webapp.test_studio import send
from webapp.decision_checks import GoldenCasesCheck
from webapp.studio import checks
from webapp.studio.golden import accepted, shown
from workflows.catalogue import catalogue, definitions, entry

PROCESS = "membership_application"
GOLDEN, TABLE = "dues_quote.cases.json", "dues_quote.dmn"
FILES = definitions()[PROCESS]


@pytest.mark.parametrize(
    "answer", [Decimal("1234567890.123456789012345"), parse_temporal("2027-03-01"), [True, None, {"a": "é"}], "FREE"]
)
def test_an_answer_is_written_as_cases_write_it(answer: Any) -> None:
    kept = '{"decision": "d", "cases": [{"name": "a", "given": {"x": 0.1000000000000000055}, "expect": 1}]}'
    found = read_cases(with_answer(kept.encode(), 0, answer), name="x").cases[0]
    assert equals(found.expected, answer) is True
    assert found.given["x"] == Decimal("0.1000000000000000055")


def test_what_no_file_of_cases_can_hold_is_refused() -> None:
    with pytest.raises(NotFeelValue):
        with_answer(b'{"decision": "d", "cases": [{"name": "a", "given": {}, "expect": 1}]}', 0, "@home")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fr",
            "cas « un mentoré mécontent » : attendu « appeler le mentoré sous deux jours », obtenu « tout va bien »",
        ),
        ("en", "case “a mentee who is unhappy”: expected “call the mentee within two days”, got “all is well”"),
    ],
)
def test_what_a_table_answers_is_said_in_its_words(app: Flask, web_engine: Engine, language: str, said: str) -> None:
    files = dict(definitions()["mentorship"])
    golden = {"pair_health.cases.json": (entry("mentorship").path / "pair_health.cases.json").read_bytes()}
    table = files["pair_health.dmn"].replace(b'<text>"CALL_MENTEE_2WD"</text>', b'<text>"OK"</text>')
    found = GoldenCasesCheck(golden, web_engine.environment)({"pair_health.dmn": table})
    with app.test_request_context(headers={"Accept-Language": language}):
        told = checks.in_words(found, {"pair_health.dmn": table}, language)
    assert said in told[0].text.replace("\u00a0", " ")


def test_of_two_cases_of_one_name_the_red_one_alone_is_changed(web_engine: Engine) -> None:
    table = (
        b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="x">'
        b'<inputData id="i" name="x"><variable name="x" typeRef="number"/></inputData><decision id="d" name="d">'
        b'<variable name="d" typeRef="number"/><informationRequirement><requiredInput href="#i"/>'
        b"</informationRequirement><literalExpression><text>x * 10</text></literalExpression></decision></definitions>"
    )
    cases = b'{"decision": "d", "cases": [%s]}' % b", ".join(
        b'{"name": "a", "given": {"x": %d}, "expect": %d}' % each for each in ((2, 20), (1, 15), (3, 35))
    )
    files = {"d.dmn": table, "d.cases.json": cases}
    for expected in ([20, 10, 35], [20, 10, 30]):
        files["d.cases.json"] = accepted(files, "d.cases.json", "a", web_engine.environment)
        assert [each["expect"] for each in json.loads(files["d.cases.json"])["cases"]] == expected


def test_every_case_has_a_name_in_french() -> None:
    bodies = {file.name: file.read_bytes() for each in catalogue() for file in each.path.glob("*.cases.json")}
    cases = {name: read_cases(body, name=name).cases for name, body in bodies.items()}
    assert [(name, each.name) for name, found in cases.items() for each in found if not each.names.get("fr")] == []
    twice = [name for name, found in cases.items() if len({each.names["fr"] for each in found}) < len(found)]
    assert len(cases) > 40 and not twice, "two cases of one table with one name"


def test_names_of_a_case_are_texts_by_language() -> None:
    for names, why in (('["a"]', "not_object"), ('{"fr": 1}', "not_text")):
        body = f'{{"decision": "d", "cases": [{{"name": "a", "names": {names}, "given": {{}}, "expect": 1}}]}}'
        with pytest.raises(GoldenCasesUnreadable) as refused:
            read_cases(body.encode(), name="x")
        assert refused.value.params["why"] == why


def test_an_owner_accepts_the_new_answer_of_a_table(app: Flask, web_engine: Engine) -> None:
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, FILES, by=SYSTEM)
    owner = at_desk(app, web_engine, "Odile", "MEMBERSHIP")
    address = owner.post_form(f"/studio/{PROCESS}/drafts", {"name": "Autre cotisation"}).headers["Location"]
    golden = (entry(PROCESS).path / GOLDEN).read_bytes()
    wrong = golden.replace(b'"code": "STU"', b'"code": "FREE"', 1)
    told = send(owner, f"{address}/save", 1, {GOLDEN: wrong}).json["html"]
    assert "La nouvelle réponse est juste" in told and 'value="2"' in told
    changed, former = (json.loads(each)["cases"] for each in (wrong, golden))
    (case,) = [each["name"] for each in changed if each not in former]
    asked = {"seen": "2", "file": GOLDEN, "case": case}
    assert owner.post_form(f"{address}/golden-cases", {**asked, "case": "no such case"}).status_code == 404
    assert owner.post_form(f"{address}/golden-cases", asked).status_code == 303
    page = owner.get(address).get_data(as_text=True)
    assert "La nouvelle réponse est juste" not in page
    kept = json.loads(owner.get(f"{address}/files/{GOLDEN}").get_data(as_text=True))
    assert kept == json.loads(golden), "what the table answers stands in the case, all else as it was"
    assert owner.post_form(f"{address}/golden-cases", asked).status_code == 404, "it is red no longer"
    assert "L’ancienne réponse était juste" in page and "prend la nouvelle réponse" in page
    back = f"{address}/golden-cases/back"
    assert owner.post_form(back, {"seen": "3", "number": "2"}).status_code == 404, "that save accepted nothing"
    assert owner.post_form(back, {"seen": "3", "number": "3"}).status_code == 303
    kept = json.loads(owner.get(f"{address}/files/{GOLDEN}").get_data(as_text=True))
    assert kept == json.loads(wrong), "the case expects what it expected, all else as it was"
    assert owner.post_form(back, {"seen": "4", "number": "3"}).status_code == 409, "it is taken back already"
    assert "attend ce qu’il attendait avant" in owner.get(address).get_data(as_text=True)


def test_cases_are_named_in_both_languages(app: Flask, web_engine: Engine) -> None:
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, FILES, by=SYSTEM)
    owner = at_desk(app, web_engine, "Odile", "MEMBERSHIP")
    address = owner.post_form(f"/studio/{PROCESS}/drafts", {"name": "Autres noms"}).headers["Location"]
    golden = (entry(PROCESS).path / GOLDEN).read_bytes()
    page = owner.get(f"{address}/golden-cases/{GOLDEN}").get_data(as_text=True)
    cases = json.loads(golden)["cases"]
    assert page.count("Nom en français") == len(cases) and "On sait" in page and "govuk-tag--green" in page
    names = {f"fr-{place}": each["names"]["fr"] for place, each in enumerate(cases)}
    names |= {f"en-{place}": each["name"] for place, each in enumerate(cases)}
    asked = {**names, "seen": "1", "fr-0": "un nom", "fr-1": "seul", "en-1": ""}
    assert owner.post_form(f"{address}/golden-cases/{GOLDEN}", {**asked, "fr-1": " "}).status_code == 422
    assert owner.post_form(f"{address}/golden-cases/{GOLDEN}", asked).status_code == 303
    kept = json.loads(owner.get(f"{address}/files/{GOLDEN}").get_data(as_text=True))["cases"]
    assert kept[0] == {**cases[0], "names": {"fr": "un nom"}}
    assert kept[1]["name"] == "seul" and "names" not in kept[1] and kept[2:] == cases[2:]
    told = owner.get(address).get_data(as_text=True).replace("\u00a0", " ")
    assert f"« {cases[0]['names']['fr']} » s’appelle maintenant « un nom »" in told
    assert "s’appelle maintenant « seul »" in told and "Nouveau cas" not in told
    assert owner.get(f"{address}/golden-cases/{TABLE}").status_code == 404


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "Sur papier : non => Quand : « tout de suite », Comment : « par courriel »"),
     ("en", "On paper: no => When: “at once”, How: “by e-mail”")],
)  # fmt: skip
def test_a_case_is_read_in_the_words_of_each_column(app: Flask, web_engine: Engine, language: str, said: str) -> None:
    """One code may mean another thing in another column; what is true or not is said so."""
    name = "receipt_mode.cases.json"
    files = {**definitions()["donation_followup"], name: (entry("donation_followup").path / name).read_bytes()}
    with app.test_request_context(headers={"Accept-Language": language}):
        first = shown(files, name, web_engine.environment, language)[0]
    assert f"{first.given} => {first.expected}".replace("\u00a0", " ").endswith(said)
    assert first.passed is True
