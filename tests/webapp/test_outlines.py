"""The diagram as a list says what the picture shows by its shapes: where it begins and ends, and where links lead."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from engine.engine import Engine
from engine.transaction import reading
from webapp.studio.changes.wording import Wording
from webapp.studio.origins import Origins
from webapp.studio.outline import Entry, outlines
from webapp.wiring_checks import processes_in
from workflows.catalogue import definitions

NAME = "mentorship.bpmn"
TWIN = re.compile(r" \(\w+\)\s?[”»]")  # texts with one subject are told apart by their keys
CODE = re.compile(r"`|\b[a-z]+_[a-z_]+\b|\b[a-z]+\.[a-z_]{2,}\b")


@pytest.fixture
def entries(app: Flask) -> dict[str, Entry]:
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        (found,) = outlines(NAME, definitions()["mentorship"][NAME], Wording("fr"))
    return {each.id: each for each in found.entries}


def test_starts_and_ends_by_events_are_told(entries: dict[str, Entry]) -> None:
    assert entries["pair_has_begun"].kind.replace("\u00a0", " ") == "début : message"
    assert entries["pair_is_complete"].kind == "fin"
    assert "début" not in entries["await_date"].kind


def test_a_link_says_where_it_goes_on(entries: dict[str, Entry]) -> None:
    (way,) = entries["call_from_no"].ways
    assert (way.target, way.when.replace("\u00a0", " ")) == ("call_begins", "Continue à :")
    assert [way.target for way in entries["call_begins"].ways] == ["talk_to_pair"]


def test_who_acts_and_how_long_it_lasts_are_said_in_words(entries: dict[str, Entry]) -> None:
    said = {id_: " ".join(each.says).replace("\u00a0", " ") for id_, each in entries.items()}
    assert "Pour : le mentoré. À défaut, pour : Mentorat." in said["write_first"]
    assert "Au bout de « Premier message » (Délais du mentorat)." in said["first_word_is_late"]
    codes = ("person:", "mail.send", "parameters.mentoring")
    assert not [each for each in said.values() if any(code in each for code in codes)]


def test_what_an_event_sends_and_what_it_waits_for_are_told_apart(entries: dict[str, Entry]) -> None:
    assert entries["new_mentor_is_sought"].kind.replace("\u00a0", " ") == "fin : envoie un message"
    assert entries["date_was_changed"].kind == "attend un message"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_delivered_step_is_told_by_keys_or_formulas(app: Flask, web_engine: Engine, language: str) -> None:
    """What is calculated is told by the step that gives it, a form by its questions, a message by its other end."""
    found = told(app, web_engine, language)
    assert len(found) > 900
    assert {place: said for place, said in found.items() if CODE.search(TWIN.sub("”", said))} == {}
    french = language == "fr"
    for place, words in {
        "next_date_has_come": (
            "Au moment fixé par « Prévoir le prochain rendez-vous ».",
            "At the moment that “Plan the next date” sets.",
        ),
        "accept_third": (
            "Pour la personne désignée par « Aide demandée » ou « Rappeler la personne ».",
            "For the person whom “Help asked for” or “Call the person back” names.",
        ),
        "judge_health": (
            "Décide par la table « Voir comment va un binôme ».",
            "Decides by the table “See how a pair is doing”.",
        ),
        "pair_has_begun": ("Vient de « Trouver un mentor ».", "Comes from “Find a mentor”."),
        "check_in": ("Demande : « Rencontres depuis le dernier point », ", "Asks “Meetings since the last check-in”, "),
    }.items():
        assert words[0 if french else 1] in found["mentorship", place]


def told(app: Flask, engine: Engine, language: str) -> dict[tuple[str, str], str]:
    """By process and element of what is delivered, all that the list says of it."""
    read = {name: processes_in(files).values() for name, files in definitions().items()}
    specs = {name: [spec for each in ones for spec in each] for name, ones in read.items()}
    found: dict[tuple[str, str], str] = {}
    with app.test_request_context(headers={"Accept-Language": language}), reading(engine) as session:
        for process, files in definitions().items():
            others = [spec for name, each in specs.items() if name != process for spec in each]
            origins = Origins.of(session, files, others, engine.registry, language)
            wording = Wording(language)
            for name in (each for each in files if each.endswith(".bpmn")):
                (outline,) = outlines(name, files[name], wording, origins)
                found |= {(process, each.id): " ".join(each.says).replace("\u00a0", " ") for each in outline.entries}
    return found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("R/2024-01-01T06:00:00+01:00[Europe/Paris]/P7D",
         "sans fin, chaque fois après 7 jours, à compter du lundi 1er janvier 2024, 06:00"),
        ("R2/2026-07-01T10:00[America/New_York]/P1D",
         "2 fois, à intervalle de 1 jour, à compter du mercredi 1er juillet 2026, 10:00 (New York)"),
        ("R/P1M", "sans fin, chaque fois après 1 mois"),
        ("0 0 6 * * MON", "0 0 6 * * MON (heures en temps universel)"),
        ("@daily", "@daily (heures en temps universel)"),
        ("R/bad/P1M", "R/bad/P1M"),
    ],
)  # fmt: skip
def test_a_repetition_says_from_when_it_counts_and_by_which_clock(app: Flask, text: str, said: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert Wording("fr").say("timeCycle", text).replace("\u00a0", " ") == said
