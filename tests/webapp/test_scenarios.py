"""Scenarios of drafts: their sentences, what they come to in the sandbox, and that a red one keeps a draft out."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

import workflows
from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.jobs import run_due
from engine.transaction import reading, transaction
from tests.fixtures.pages import LookedAtPages
from tests.security.web import at_desk
from tests.webapp.test_studio import send
from webapp.assembly import open_engine
from webapp.catalogues import read_languages
from webapp.refusal_words import error_in_words
from webapp.sandbox.folders import alone_in, sweep
from webapp.sandbox.phrases import PHRASES, Phrase, Step, read, written
from webapp.sandbox.playing import DayUnreadable, Play
from webapp.sandbox.rehearsal import Rehearsal, rehearse
from webapp.sandbox.scenarios import ScenariosUnreadable, SentenceUnknown, scenarios_in
from webapp.sandbox.stage import SandboxStage
from webapp.sandbox.world import Template
from webapp.settings import Settings
from webapp.studio.models import StudioDecision
from workflows.association import texts
from workflows.association.role_names import ROLES
from workflows.catalogue import definitions, entry

PROCESS = "membership_application"
DIAGRAM = f"{PROCESS}.bpmn"
FEATURE = f"{PROCESS}.feature"
FILES = definitions()[PROCESS]
DELIVERED = (entry(PROCESS).path / FEATURE).read_bytes()
NAMES = st.text("abcé d’-.1", min_size=1, max_size=12).map(lambda text: " ".join(text.split())).filter(bool)
FORGETFUL = FILES[DIAGRAM].replace(b'value="confirm_email_reminder"', b'value="confirm_email"')


@given(st.sampled_from(PHRASES), st.sampled_from(["fr", "en"]), NAMES, st.integers(0, 400))
def test_what_is_written_is_read_again(phrase: Phrase, language: str, name: str, count: int) -> None:
    given_ = {"count": str(count), "amount": f"{count},50", "who": "MEMBERSHIP", "value": f"={count}"}
    said = {blank: given_.get(blank, name) for blank in re.findall(r"\{(\w+)\}", phrase.fr)}
    role = {"who": ROLES["MEMBERSHIP"].fr if language == "fr" else ROLES["MEMBERSHIP"].en} if "who" in said else {}
    assert read(written(Step(phrase.key, said), language)[0], (), 0) == Step(phrase.key, said | role)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_sentence_names_mails_and_processes_as_people_do(language: str) -> None:
    for name in texts.names("mail"):
        told = written(Step("mail", {"mail": name}), language)[0]
        again = read(told, (), 0)
        assert again is not None and again.said == {"mail": name} and f"“{name}”" not in told
    for process_id in definitions():
        again = read(written(Step("begin", {"process": process_id}), language)[0], (), 0)
        assert again is not None and again.said == {"process": process_id}


@pytest.mark.parametrize(
    ("body", "error", "line"),
    [
        (b"# language: fr\nScenario: x\n", ScenariosUnreadable, 2),
        (b"Feature: x\n  Scenario: y\n    When it rains\n", SentenceUnknown, 3),
        (b"Feature: x\n  Scenario: y\n    When 3 days pass\n      | a | b | c |\n", ScenariosUnreadable, 3),
    ],
)
def test_what_is_no_scenario_is_told_by_its_line(body: bytes, error: type[Exception], line: int) -> None:
    with pytest.raises(error) as told:
        scenarios_in({"a.feature": body})
    assert told.value.params["line"] == line  # type: ignore[attr-defined]


@pytest.mark.parametrize("day", ["2027-13-45", "demain", ""])
def test_a_day_that_is_none_is_said_before_anything_is_played(day: str) -> None:
    with pytest.raises(DayUnreadable) as told:
        Play(cast("SandboxStage", None), PROCESS).do(Step("day", {"day": day}))
    assert "n’est pas un jour" in error_in_words(told.value, read_languages()["fr"].gettext)


@pytest.fixture
def house(web_engine: Engine) -> Engine:
    """The association with one process in force."""
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, FILES, by=SYSTEM)
        commands.deploy(session, web_engine, definitions()["peer_confirmation"], by=SYSTEM)
    return web_engine


def test_what_is_delivered_is_green_and_what_is_not_so_is_told(app: Flask, settings: Settings, tmp_path: Path) -> None:
    world = Template(settings, {name: definitions()[name] for name in (PROCESS, "peer_confirmation")}, open_engine)
    with app.test_request_context():
        told = rehearse(world, PROCESS, {**FILES, FEATURE: DELIVERED})
        assert [(each.name, dict(each.said)) for each in told.red] == []
        assert {"give_consents", "draft_purged"} <= set(told.entered)
        assert Rehearsal.load(told.dump()) == told
        wrong = """# language: en
            Feature: what is not so
              Scenario: a question that nobody asks
                When a visitor sends the form of "membership_application"
                  | shoe_size | 42 |
              Scenario: a mail that did not leave
                When a visitor sends the form of "membership_application"
                  | category    | GRADUATE          |
                  | first_names | Ambre             |
                  | birth_date  | 1990-03-04        |
                  | programme   | PGE               |
                  | promotion_year | 2013           |
                  | email       | ambre@example.org |
                Then the mail "Welcome! You are a member" has left
              Scenario: a task of nobody
                When MEMBERSHIP does "give_consents"
              Scenario: a mail that left
                When a visitor sends the form of "membership_application"
                  | category    | GRADUATE          |
                  | first_names | Ambre             |
                  | birth_date  | 1990-03-04        |
                  | programme   | PGE               |
                  | promotion_year | 2013           |
                  | email       | ambre@example.org |
                Then no mail "confirm_email" has left
              Scenario: nothing has begun
                Then the mail "Welcome! You are a member" has left
              Scenario: one mail too few
                When a visitor sends the form of "membership_application"
                  | category    | GRADUATE          |
                  | first_names | Ambre             |
                  | birth_date  | 1990-03-04        |
                  | programme   | PGE               |
                  | promotion_year | 2013           |
                  | email       | ambre@example.org |
                Then 2 mails "confirm_email" have left
              Scenario: a step that was renamed
                When MEMBERSHIP does "Give his consents"
              Scenario: a subject that was reworded
                Then no mail "Confirm the e-mail address" has left
              Scenario: a step of nothing, which nobody has, so that the sentence would be true
                Then nobody has "Zzzzzz" to do
            """
        told = rehearse(world, PROCESS, {**FILES, "wrong.feature": wrong.encode()})
    assert [(each.passed, each.line) for each in told.outcomes] == [
        (False, 4), (False, 14), (False, 16), (False, 25), (False, 27), (False, 36), (False, 38), (False, 40),
        (False, 42),
    ]  # fmt: skip
    assert "“shoe_size”" in told.outcomes[0].said["en"]
    plain = told.outcomes[1].said["fr"].replace("\N{NO-BREAK SPACE}", " ")
    assert plain.endswith("n’a pas été écrit. L’ont été : 1 × « Confirmez votre adresse e-mail (confirm_email) ».")
    assert told.outcomes[2].said["en"] == "“give_consents” does not wait for anybody, nor does any other task."
    assert "The mail “Confirm your e-mail address (confirm_email)” was written" in told.outcomes[3].said["en"]
    assert told.outcomes[4].said["en"] == "The mail “Welcome! You are a member” was not written, nor any other."
    assert told.outcomes[5].said["en"] == "Mails “Confirm your e-mail address (confirm_email)” expected: 2; written: 1."
    renamed, reworded, nothing = (each.said["en"] for each in told.outcomes[6:])
    assert (
        renamed.startswith("No step is called “Give his consents”. Was it renamed?")
        and "“Give the consents”" in renamed
    )
    assert reworded.startswith("No mail text has the subject “Confirm the e-mail address”.") and "(confirm_" in reworded
    assert nothing == "No step is called “Zzzzzz”."


def begun(owner: LookedAtPages) -> str:
    return owner.post_form(f"/studio/{PROCESS}/drafts", {"name": "Sans relance"}).headers["Location"]


def test_a_red_scenario_keeps_a_draft_out_unless_two_people_accept_it(app: Flask, house: Engine) -> None:
    owner, reviewer = at_desk(app, house, "Odile", "MEMBERSHIP"), at_desk(app, house, "Rosa", "PROCESS_OWNER")
    address = begun(owner)
    told = (
        "Et 2 jours passent\n    Alors le courriel « confirm_email_reminder » est parti\n    Quand 30 jours passent\n"
    )
    remind = DELIVERED.decode().replace("Et 32 jours passent\n", told)
    send(owner, f"{address}/save", 1, {FEATURE: remind.encode(), DIAGRAM: FORGETFUL})
    assert "Non joué" in owner.get(address).get_data(as_text=True)
    asked = {"seen": "2", "reason": "Trop de courriels"}
    assert owner.post_form(f"{address}/propose", asked).status_code == 303, "the question waits for the scenarios"
    waits = owner.get(f"{address}/rehearsal", headers={"Accept": "application/json"}).json
    assert (waits["left"], waits["state"]) == (2, "rehearsing")
    assert reviewer.post_form(f"{address}/decide", {"seen": "2", "do": "approve"}).status_code == 409
    run_due(house)
    page = owner.get(address).get_data(as_text=True)
    assert "st-finding--good" in page and "2 × «\N{NO-BREAK SPACE}Confirmez votre adresse" in page, (
        "one green, one red that says why"
    )
    assert "Demander l’accord" in page, "a red one gives the draft back"
    assert "des branches" in page and "« Qui ? »" not in page
    refused = owner.post_form(f"{address}/propose", asked)
    assert refused.status_code == 422 and "Personne n’ouvre le lien" in refused.get_data(as_text=True)
    asked["despite"] = "La relance est écrite à la main"
    assert owner.post_form(f"{address}/propose", asked).status_code == 303
    assert reviewer.post_form(f"{address}/decide", {"seen": "2", "do": "approve"}).status_code == 422
    accepted = {"seen": "2", "do": "approve", "despite": "yes"}
    with transaction(house) as session:  # what came into force since may change what the scenarios come to
        commands.deploy(session, house, definitions()["committee_vote"], by=SYSTEM)
    assert reviewer.post_form(f"{address}/decide", accepted).status_code == 303
    assert "2 sur 2" not in owner.get(address).get_data(as_text=True), "they are played again first"
    run_due(house)
    assert reviewer.post_form(f"{address}/decide", accepted).status_code == 303
    with reading(house) as session:
        overridden = session.scalars(select(StudioDecision.overridden)).one()
    assert overridden == "Personne n’ouvre le lien: La relance est écrite à la main"
    assert "bien que des scénarios soient rouges" in owner.get(address).get_data(as_text=True)
    assert "1 sur 2 rouge" in owner.get("/studio").get_data(as_text=True), "the catalogue says how each stands"


def test_a_file_of_scenarios_is_begun_and_played_beside_the_request(app: Flask, house: Engine) -> None:
    owner = at_desk(app, house, "Odile", "MEMBERSHIP")
    address = begun(owner)
    edit = owner.post_form(f"{address}/scenarios", {"seen": "1"}).headers["Location"]
    assert "Phrases à choisir" in owner.get(edit).get_data(as_text=True)
    send(owner, f"{address}/save", 2, {f"{PROCESS}1.feature": b"Feature: x\n  Scenario: y\n    When hop\n"})
    told = owner.post_form(f"{address}/rehearse", headers={"Accept": "application/json"}).json
    assert told["left"] == 0 and "aucune de nos phrases" in told["html"], "what cannot be read is told at once"
    golden = "dues_quote.cases.json"
    wrong = (entry(PROCESS).path / golden).read_bytes().replace(b'"code": "STU"', b'"code": "FREE"', 1)
    assert "st-finding--error" in send(owner, f"{address}/save", 3, {golden: wrong}).json["html"]
    refused = owner.post_form(f"{address}/propose", {"seen": "4", "reason": "Gratuit"})
    assert refused.status_code == 422 and "a student" in refused.get_data(as_text=True), "a red golden case too"


JOIN = """category = GRADUATE
first_names = Ambre
birth_name = Delaunay
birth_date = 1990-03-04
programme = PGE
promotion_year = 2013
email = ambre@example.org"""


def heading(page: str) -> tuple[str, str]:
    """What is done on the page of a form of a run, and who does it."""
    name, who = re.search("<h1[^>]*>([^<]*)", page), re.search("Qui le fait\u00a0: ([^<]*)", page)
    assert name is not None
    assert who is not None
    return name[1], who[1]


def title_fr(process_id: str) -> str:
    return next(each for each in workflows.catalogue() if each.process_id == process_id).title("fr")


def test_a_run_by_hand_is_kept_as_a_scenario_that_holds(app: Flask, house: Engine) -> None:
    owner = at_desk(app, house, "Odile", "MEMBERSHIP")
    address = begun(owner)
    run = owner.post_form(f"{address}/tries").headers["Location"]
    owner.post_form(f"{run}/act", {"do": "open", "scenario": "1"})
    shown = owner.get(run).get_data(as_text=True)
    assert "un visiteur envoie le formulaire" in shown and "32 jours" not in shown, "until its case has begun"
    run = owner.post_form(f"{address}/tries").headers["Location"]

    def act(**said: str) -> str:
        assert owner.post_form(f"{run}/act", said).status_code == 303
        return owner.get(run).get_data(as_text=True)

    assert "Commencer en visiteur" in owner.get(run).get_data(as_text=True)
    again = owner.post_form(f"{run}/form")
    assert again.status_code == 200, "an empty form is shown again, with what it lacks"
    assert heading(again.get_data(as_text=True)) == (title_fr("membership_application"), "une personne non connectée")
    assert "Le formulaire ne demande pas" in act(
        sentence="un visiteur envoie le formulaire de « membership_application »", table="shoe_size = 42"
    )
    act(sentence="le registre connaît « Ambre Delaunay »", table="\n".join(JOIN.splitlines()[3:6]))
    page = act(sentence="un visiteur envoie le formulaire de « membership_application »", table=JOIN)
    assert "ambre@example.org" in page
    page = act(do="1 day passes")
    assert "24 novembre" in page
    page = act(sentence="la personne ouvre le lien du dernier courriel")
    task = re.search(rf'href="({run}/tasks/[^"]+)"', page)
    assert task is not None
    assert heading(owner.get(task.group(1)).get_data(as_text=True))[0] == "Exprimer ses choix", "no id of the diagram"
    assert owner.post_form(task.group(1)).status_code == 200, "the real form wants its answers"
    page = act(sentence="la personne fait « give_consents »")
    done = "fait «\N{NO-BREAK SPACE}Exprimer ses choix\N{NO-BREAK SPACE}»"
    assert done in page
    waits = act(do="undo")
    assert done not in waits
    who = re.search(r'Exprimer ses choix</a> <span class="st-quiet">([^<]+) – ', waits)
    assert who is not None and f"({who.group(1)})</span>" in waits, "list and story name the same people"
    assert "connaît déjà" in act(do="through", scenario="0"), (
        "a scenario after which a run is begun cannot begin it twice"
    )
    assert "a commencé" in page and "attend quelqu’un" in page and "a été décidé" in page, "what happened is told"
    assert "a commencé" not in owner.get(f"{run}?only=mail").get_data(as_text=True)
    edit = owner.post_form(f"{run}/keep", {"name": "Elle confirme le lendemain"}).headers["Location"]
    written = owner.get(edit.replace("/edit/", "/files/")).get_data(as_text=True)
    assert "Quand 1 jour passe" in written
    assert "Alors le courriel « Confirmez votre adresse e-mail (confirm_email) » est parti" in written
    assert owner.post_form(f"{address}/rehearse").status_code == 303
    run_due(house)
    shown = owner.get(address).get_data(as_text=True)
    assert "Elle confirme le lendemain" in shown
    assert "Rouge" not in shown


def test_what_nobody_looks_at_any_more_is_swept_away(tmp_path: Path) -> None:
    for name in ("try-old", "try-new", "try-held", "tmpkilled"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "play.db").write_text("x")
        if name.startswith("try-"):
            (tmp_path / f"{name}.lock").write_text("")
        if name != "try-new":
            for path in (tmp_path / f"{name}.lock", tmp_path / name / "play.db", tmp_path / name):
                if path.exists():
                    os.utime(path, (1_000, 1_000))
    (tmp_path / "world-a.db").write_text("x")
    with alone_in(tmp_path / "try-held"):
        assert sweep(tmp_path) == 2
    assert {path.name for path in tmp_path.iterdir() if path.suffix != ".lock"} == {
        "try-new", "try-held", "world-a.db"
    }  # fmt: skip
    assert not (tmp_path / "try-old.lock").exists()


@pytest.mark.parametrize(
    ("who", "english", "french"),
    [
        ("un visiteur", "a visitor", "un visiteur"), ("the person", "the person", "la personne"),
        *((each, ROLES["FINANCE"].en, ROLES["FINANCE"].fr) for each in ("FINANCE", ROLES["FINANCE"].fr)),
        ("Ambre", "Ambre", "Ambre"),
    ],
)  # fmt: skip
def test_who_acts_is_said_in_the_language_of_the_sentence(who: str, english: str, french: str) -> None:
    step = Step("do", {"who": who, "element": "x"})
    assert [written(step, each)[0].partition(verb)[0] for each, verb in (("en", " does "), ("fr", " fait "))] == [
        english, french,
    ]  # fmt: skip
