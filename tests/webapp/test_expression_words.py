"""What expressions and tables complain of is said in French and English, with place, known names and the nearest."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.bpmn.refusals import MESSAGES as DIAGRAM
from engine.bpmn.refusals import error
from engine.dmn import DmnRefused, read
from engine.dmn.analysis import MESSAGES as FINDINGS
from engine.dmn.errors import REASONS
from engine.effects import failure_of
from engine.errors import NotATime, NotFound
from engine.feel import compile_expression
from engine.feel.errors import FeelSyntaxError
from engine.feel.run import Place, Warning  # noqa: A004 - the standard's word
from engine.feel.wording import MESSAGES as WARNINGS
from engine.registry import Registry
from tests.engine.dmn.models import decision, definitions, inputs, table
from tests.fixtures.feel import evaluate
from tests.webapp.test_decision_checks import DMN, form, select
from webapp.catalogues import read_languages
from webapp.decision_checks import TablesCheck
from webapp.expression_words import templates, warning_in_words
from webapp.refusal_parts import DEPLOYED, INCIDENTS
from webapp.refusal_words import error_in_words, finding_in_words, form_templates, incident_in_words, reason_in_words
from webapp.refusal_words import templates as refusals

FRENCH, ENGLISH = (read_languages()[language].gettext for language in ("fr", "en"))
SAME = {
    "null", "date", "script", "transaction", "message", "signal", "compensation", "condition", "transformation",
    "expression", "absence", "document", "incident", "migration", "page", "signature", "version",
}  # fmt: skip


@pytest.mark.parametrize("template", sorted({*templates(), *refusals()} - SAME))
def test_every_sentence_has_its_french(template: str) -> None:
    assert FRENCH(template) != template
    assert ENGLISH(template) == template


def test_every_code_has_a_sentence() -> None:
    said = {*templates(), *refusals()}
    everything = (WARNINGS, FINDINGS, DIAGRAM, REASONS, INCIDENTS, DEPLOYED, form_templates())
    assert {text for each in everything for text in each.values()} <= said


def test_the_place_the_name_and_the_nearest() -> None:
    [warning, *_more] = evaluate("agee > 3", {"age": 1, "status": 3}).warnings
    placed = Warning(warning.code, warning.params, warning.position, Place("Tarif", 3, "Âge"))
    assert warning_in_words(placed, ENGLISH) == (
        "“Tarif”, row 3, column “Âge”: unknown name “agee” — known: age, status; did you mean “age”?"
    )
    assert warning_in_words(placed, FRENCH).replace("\N{NO-BREAK SPACE}", " ") == (
        "« Tarif », ligne 3, colonne « Âge » : nom inconnu « agee » — connus : age, status ; "
        "vouliez-vous dire « age » ?"
    )


def reasons_of_failed_work() -> Iterator[str]:
    """What the code gives to WorkFailed and its kinds, a number in place of what is filled in."""
    root = Path(__file__).resolve().parents[2]
    kinds = {"WorkFailed", "OutcomeUnknown", "AddressRefused"}
    for file in (*(root / "engine").rglob("*.py"), *(root / "workflows").rglob("*.py")):
        if any(kind in (text := file.read_text(encoding="utf-8")) for kind in kinds):
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds:
                    if isinstance(given := node.args[0], ast.Constant):
                        yield str(given.value)
                    elif isinstance(given, ast.JoinedStr):
                        yield "".join(
                            str(part.value) if isinstance(part, ast.Constant) else "7" for part in given.values
                        )


def test_failed_work_is_told_in_french_too() -> None:
    reasons = sorted(set(reasons_of_failed_work()))
    assert len(reasons) > 50, "they are found"
    assert [reason for reason in reasons if reason_in_words(reason, FRENCH) == reason] == []
    assert reason_in_words("the payment provider answered 503", FRENCH) == "le prestataire de paiement a répondu 503"


def test_other_errors_of_work_are_told_in_the_language_too() -> None:
    """`engine.effects` keeps them as class and English sentence; what was filled in stays, what is ours is worded."""
    kept = failure_of(NotATime(text="soon", expected="a duration", example="P14D")).reason
    english, french = (reason_in_words(kept, say) for say in (ENGLISH, FRENCH))
    assert kept == f"NotATime: {english}" == "NotATime: “soon” is not a duration. Write for example P14D."
    assert plain(french) == "« soon » n'est pas une durée. Écrivez par exemple P14D."
    found = failure_of(NotFound(kind="order", id="7")).reason
    assert plain(reason_in_words(found, FRENCH)) == "Introuvable, ou pas pour vous : commande 7."
    assert plain(incident_in_words("attempts_exhausted", {"type": "x", "reason": found}, found, FRENCH)).endswith(
        "Introuvable, ou pas pour vous : commande 7."
    )
    assert reason_in_words("Unheard: of another version", FRENCH) == "Unheard: of another version"
    assert reason_in_words("NotFound: in other words", FRENCH) == "NotFound: in other words"
    assert reason_in_words(failure_of(KeyError("secret")).reason, FRENCH) == "un défaut du logiciel (KeyError)"
    assert reason_in_words("AM04", FRENCH) == "AM04"


def test_types_are_said_in_the_language() -> None:
    [warning] = evaluate('1 + "a"').warnings
    assert "nombre et texte" in warning_in_words(warning, FRENCH)
    assert "number and string" in warning_in_words(warning, ENGLISH)


def test_findings_are_said_in_the_language() -> None:
    [finding, _gap] = TablesCheck(Registry())({"rate.dmn": DMN, "f.form": form(select("A", "C"))})
    assert finding_in_words(finding, ENGLISH).startswith('“rate”: Row 3 waits for “kind” to be "B"')
    assert "La ligne 3 attend que" in finding_in_words(finding, FRENCH)


def plain(said: str) -> str:
    return said.replace("\N{NO-BREAK SPACE}", " ").replace("’", "'")


def test_a_refused_cell_is_said_in_french_throughout() -> None:
    logic = table("UNIQUE", "age", "rate", "- => 1", "< => 2")
    with pytest.raises(DmnRefused) as caught:
        read(definitions(inputs("age") + decision("dues", logic, "age")), name="dues.dmn")
    assert plain(error_in_words(caught.value, FRENCH)) == (
        "« dues » dans dues.dmn : ligne 2, colonne « age » : dans « < », ligne 1, caractère 2 : "
        "trouvé la fin de l'expression, attendu une valeur"
    )
    assert error_in_words(caught.value, ENGLISH) == caught.value.message


def test_what_stands_in_an_expression_is_quoted_as_the_reader_quotes() -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression("{oops")
    assert "trouvé « oops », attendu" in plain(error_in_words(caught.value, FRENCH))
    assert "found “oops”, expected" in error_in_words(caught.value, ENGLISH)


def test_a_finding_of_a_diagram_is_said_in_french_throughout() -> None:
    invalid = error(
        "feel_invalid", "check", "Vérifier", place="input mapping", expression="=1 +", detail="…", line=1, column=4,
        found="the end of the expression", expected="a value",
    )  # fmt: skip
    assert plain(finding_in_words(invalid, FRENCH)) == (
        "« Vérifier » : « correspondance d'entrée » : `=1 +` n'est pas du FEEL valable : "
        "ligne 1, caractère 4 : trouvé la fin de l'expression, attendu une valeur. Corrigez l'expression."
    )


def test_names_that_people_gave_are_not_translated() -> None:
    twice = error("code_twice", "task", "task", event="error", caught="message", other="end")
    assert plain(finding_in_words(twice, FRENCH)).startswith("« task » : Deux événements attrapent ici le même code")
    assert "« message » (erreur)" in plain(finding_in_words(twice, FRENCH))


def test_an_incident_is_said_in_the_language() -> None:
    params = {"expression": "=agee > 3", "unknown": "agee", "known": ["age"]}
    said = incident_in_words("unknown_name", params, "English", FRENCH)
    assert plain(said) == "`=agee > 3` : nom inconnu « agee » — connus : age"
    assert incident_in_words("of_another_version", {}, "English", FRENCH) == "English"
