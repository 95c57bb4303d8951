"""A step that a draft renames keeps its sentences: scenarios follow the diagram by ids, however they are quoted."""

from __future__ import annotations

import html

import pytest

from tests.fixtures.peers import DIAGRAM, FILES, PROCESS, SCENARIOS
from webapp.operations.drawing import Shape, read_drawing
from webapp.sandbox.phrases import Step, read, written
from webapp.sandbox.scenarios import scenarios_in
from webapp.sandbox.step_names import bearing
from webapp.studio.renames import carried
from webapp.studio.tries import named

FRENCH = """# language: fr
Fonctionnalité: Une réponse
  Contexte:
    Étant donné que le registre connaît « Dire si on se connaît »
  Scénario: un
    Quand la personne fait « Dire si on se connaît »
      | answer | Dire si on se connaît |
    Alors le dossier est passé par "confirm_peer"
    Et le dossier a fini à « Sans réponse »
"""
ENGLISH = """Feature: An answer
  Scenario: one
    When the person does "Say whether you know each other"
    Then the case has ended at “No answer”
"""
OLD, NEW = "Dire si on se connaît", "Répondre à l’association"
ASKED, ANSWERED = 'name="Dire si on se connaît"', 'name="Réponse reçue"'


def drawn(*renamed: tuple[str, str]) -> dict[str, bytes]:
    """The diagram after these renames, with a scenario in each language."""
    diagram = FILES[DIAGRAM].decode()
    for old, new in renamed:
        assert old in diagram
        diagram = diagram.replace(old, new)
    return {DIAGRAM: diagram.encode(), SCENARIOS: FRENCH.encode(), "en.feature": ENGLISH.encode()}


def drawn_as(id_: str, name: str) -> dict[str, Shape]:
    """One user task of this name."""
    return {id_: Shape(id_, "userTask", name, None, "", None, (), {}, 0.0)}


def test_sentences_follow_a_renamed_step_and_nothing_else_is_touched() -> None:
    after = carried(drawn(), drawn((ASKED, f'name="{NEW}"')), {DIAGRAM})
    assert after[SCENARIOS].decode() == FRENCH.replace(f"fait « {OLD} »", f"fait « {NEW} »")
    assert after["en.feature"].decode() == ENGLISH, "its English name is what it was"
    english = drawn(("Say whether you know each other", "Answer us"))
    after = carried(drawn(), english, {DIAGRAM})
    assert after["en.feature"].decode() == ENGLISH.replace("Say whether you know each other", "Answer us")
    assert after[SCENARIOS].decode() == FRENCH


@pytest.mark.parametrize("called", ["", "Sans réponse"])
def test_a_name_that_means_no_single_step_is_written_as_its_id(called: str) -> None:
    after = carried(drawn(), drawn((ASKED, f'name="{called}"')), {DIAGRAM})
    assert "fait « confirm_peer »" in after[SCENARIOS].decode()


def test_what_was_written_for_the_new_diagram_stays() -> None:
    swapped = drawn((ASKED, 'name="?"'), (ANSWERED, ASKED), ('name="?"', ANSWERED))
    assert carried(drawn(), swapped, swapped)[SCENARIOS].decode() == FRENCH
    assert "fait « Réponse reçue »" in carried(drawn(), swapped, {DIAGRAM})[SCENARIOS].decode()


def test_what_is_no_scenario_and_what_names_nothing_stay() -> None:
    before, after = drawn(), drawn((ASKED, f'name="{NEW}"'))
    before[SCENARIOS] = after[SCENARIOS] = (
        b'Feature: x\n  Scenario: y\n    When the moon does "Dire si on se conna\xc3\xaet"?'
    )
    assert carried(before, after, {DIAGRAM}) == after
    gone = {**drawn(), SCENARIOS: FRENCH.replace(OLD, "Ce qui n’est pas").encode()}
    assert carried(gone, {**gone, DIAGRAM: after[DIAGRAM]}, {DIAGRAM})[SCENARIOS] == gone[SCENARIOS]


@pytest.mark.parametrize(
    ("called", "says"),
    [
        ("Lire « la charte »", "Lire la charte"), ("Lire “la charte”", "Lire la charte"),
        ("Lire &quot;la charte&quot;", "Lire la charte"), ("Lire „x“", "Lire x"),
        ("Lire&#10;la  charte", "Lire la charte"),
        ("« »", "confirm_peer"),
    ],
)  # fmt: skip
def test_a_name_with_quotation_marks_is_one_that_its_sentences_can_say(called: str, says: str) -> None:
    after = carried(drawn(), drawn((ASKED, f'name="{called}"')), {DIAGRAM})
    assert f"fait « {says} »" in after[SCENARIOS].decode()
    assert len(scenarios_in(after)) == len(scenarios_in(drawn())), "every sentence can be read"
    shapes = drawn_as("confirm_peer", html.unescape(called))
    assert bearing(shapes, says) == ["confirm_peer"]
    (step,) = named([Step("do", {"who": "la personne", "element": "confirm_peer"})], after, "fr")
    line = written(step, "fr")[0]
    assert read(line, (), 1) == Step("do", {"who": "la personne", "element": says}, {}, 1)


@pytest.mark.parametrize(
    "line",
    [
        'la personne fait "Lire « la charte »"', "la personne fait « Lire “la charte” »",
        'the person does “Lire « la charte »”',
        "the person does “Lire \"la charte\"”", "la personne fait « Lire 'la charte' »",
    ],
)  # fmt: skip
def test_a_sentence_may_say_a_name_with_the_marks_that_it_has(line: str) -> None:
    step = read(line, (), 1)
    assert step is not None
    assert bearing(drawn_as("a", "Lire «\u00a0la charte\u00a0»"), step.said["element"]) == ["a"]


def test_the_marks_of_a_text_that_a_variable_is_stay() -> None:
    for line in ('la variable « tier » vaut "GO"', 'the variable "tier" is "GO"'):
        step = read(line, (), 1)
        assert step is not None
        assert step.said == {"name": "tier", "value": '"GO"'}
        assert [read(written(step, language)[0], (), 1) for language in ("fr", "en")] == [step, step]


@pytest.mark.parametrize("text", ["l'ami", "l’ami", "dit « bonjour » fort", "un “mot” d'elle"])
def test_a_text_that_a_variable_is_compared_with_is_meant_as_it_stands(text: str) -> None:
    step = read(f'la variable « note » vaut "{text}"', (), 1)
    assert step is not None and step.said["value"] == f'"{text}"'
    assert [read(written(step, language)[0], (), 1) for language in ("fr", "en")] == [step, step]
    assert (
        read("aucun courriel « x » n'est parti", (), 1) == read("aucun courriel « x » n’est parti", (), 1) is not None
    )


EDGE = b'<bpmn:boundaryEvent id="peer_is_silent" name="'


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Sans réponse (au bord de Dire si on se connaît)", ["peer_is_silent"]),
        ("No answer (after Say whether you know each other)", ["no_answer"]),
        ("Sans réponse (après Dire si on se connaît)", ["no_answer"]),
        ("Sans réponse", ["peer_is_silent", "no_answer"]), ("Sans réponse (après tout)", []),
    ],
)  # fmt: skip
def test_steps_of_one_name_are_told_apart_by_their_places(said: str, meant: list[str]) -> None:
    drawn = read_drawing(FILES[DIAGRAM], PROCESS)
    assert sorted(bearing(drawn.shapes, said, drawn.flows)) == sorted(meant)
    if len(meant) == 1:
        language = "en" if said.startswith("No") else "fr"
        step = Step("ended", {"element": meant[0]}, {}, 1)
        (called,) = named([step], FILES, language)
        assert called.said["element"] == said
        assert read(written(called, language)[0], (), 1) == called


def test_a_place_is_carried_on_as_names_are() -> None:
    """Where what a step stands at is called otherwise, and where the name is no longer shared."""
    line = "    Alors le dossier a fini à « Sans réponse (après Dire si on se connaît) »\n"
    scenario = f"# language: fr\nFonctionnalité: x\n  Scénario: y\n{line}".encode()
    before = {DIAGRAM: FILES[DIAGRAM], SCENARIOS: scenario}
    for old, new, words in (
        (b'name="Dire si on se conna', b'name="Avouer si on se conna', "Sans réponse (après Avouer si on se connaît)"),
        (EDGE + b"Sans r", EDGE + b"Toujours sans r", "fini à « Sans réponse »\n"),
    ):
        assert old in FILES[DIAGRAM]
        after = {**before, DIAGRAM: FILES[DIAGRAM].replace(old, new)}
        assert words in carried(before, after, [DIAGRAM])[SCENARIOS].decode()
