"""The editors of the studio in Chromium, under the policy of every page; a whole change is test_owner_story's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from lxml import etree
from playwright.sync_api import Browser, Page, expect

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.jobs import run_due
from engine.transaction import transaction
from tests.fixtures.chromium import DESK, Server, WatchedPage, keep_screenshot, open_page
from tests.fixtures.every_element import TOUR, every_element
from tests.fixtures.staff import PASSWORD, add_person
from webapp.studio import drafts
from webapp.studio.merging import trees
from workflows.catalogue import definitions

pytestmark = pytest.mark.browser
PROCESS = "payment_incident"
DIAGRAM = f"{PROCESS}.bpmn"
CAMUNDA = Path(__file__).resolve().parents[1] / "webapp" / "camunda"


@pytest.fixture
def desk(browser: Browser, server: Server) -> Iterator[WatchedPage]:
    """A window in French at 1280 pixels."""
    context, watched = open_page(browser, server, DESK, "fr-FR")
    yield watched
    context.close()
    assert [trouble for trouble in watched.troubles if "status of 4" not in trouble] == []


def begin(desk: WatchedPage, engine: Engine, name: str) -> str:
    """The address of a new draft of the process, begun by its owner."""
    with transaction(engine) as session:
        commands.deploy(session, engine, definitions()[PROCESS], by=SYSTEM)
    add_person(engine, "Odile", "Roux", "FINANCE", password=PASSWORD)
    page = desk.sign_in("odile.roux@example.org")
    desk.goto(f"/studio/{PROCESS}")
    page.get_by_label("Que voulez-vous changer ?").fill(name)
    page.get_by_role("button", name="Commencer un brouillon").click()
    page.get_by_role("heading", name=name).wait_for()
    return page.url


def test_ways_that_changed_came_or_went_are_marked_side_by_side(desk: WatchedPage, web_engine: Engine) -> None:
    """A way has no place of its own: both pictures stayed away where it was the first thing that changed."""
    draft = begin(desk, web_engine, "Un autre chemin")
    renamed = re.sub(
        rb'(<bpmn:sequenceFlow [^>]*name=")[^"]+', rb"\g<1>chemin", definitions()[PROCESS][DIAGRAM], count=1
    )
    save(web_engine, draft, {DIAGRAM: renamed.replace(b"what_follows_to_call_member", b"by_telephone")})
    desk.page.goto(draft)
    desk.page.locator("summary", has_text="Les deux schémas côte à côte").click()
    before, after = (desk.page.locator("[data-diagram]").nth(side) for side in (0, 1))
    for side, marker, way in (
        (before, "here", "is_gift_gone_to_what_follows"), (before, "incident", "what_follows_to_call_member"),
        (after, "here", "is_gift_gone_to_what_follows"), (after, "done", "by_telephone"),
    ):  # fmt: skip
        line = side.locator(f".am-{marker}[data-element-id={way}] .djs-visual > path")
        expect(line).to_have_css("stroke-width", "4px" if marker == "here" else "3px")
    keep_screenshot(desk.page, "studio-sides")
    for page, name in ((f"list/{DIAGRAM}", "studio-list"), ("golden-cases/sepa_incident.cases.json", "studio-cases")):
        desk.page.goto(f"{draft}/{page}")
        desk.check(name)


def test_two_people_draw_at_once_and_bring_it_together(desk: WatchedPage, web_engine: Engine) -> None:
    draft = begin(desk, web_engine, "À deux")
    page = desk.page
    page.goto(f"{draft}/edit/{DIAGRAM}#gather_facts")
    page.locator("#editor[data-state=ready]").wait_for()
    page.locator("[data-lint-sum]", has_text="Rien à redire").wait_for()
    theirs = definitions()[PROCESS][DIAGRAM].replace("Réunir les faits".encode(), b"Rassembler")
    save(web_engine, draft, {DIAGRAM: theirs.replace(b"Choisir la suite", "Décider".encode())})
    rename(page, "Tout réunir")
    page.get_by_role("button", name="Comparer, et réunir les deux").click()
    page.get_by_role("heading", name="Réunir deux versions").wait_for()
    page.locator("[data-diagram][data-state=ready]").nth(1).wait_for()
    desk.check_in_both_languages("studio-merge")
    page.get_by_role("button", name="Réunir ce qui est choisi").click()
    page.get_by_text("Dites pour chaque chose").wait_for()
    page.go_back()
    page.get_by_role("group", name="Rassembler").get_by_label("Tout réunir").check()
    page.get_by_role("button", name="Réunir ce qui est choisi").click()
    page.get_by_text("Les deux versions sont réunies.").wait_for()
    page.get_by_text("« Réunir les faits » s’appelle maintenant « Tout réunir »").wait_for()
    page.get_by_text("« Choisir la suite » s’appelle maintenant « Décider »").wait_for()


def rename(page: Page, name: str) -> None:
    """Gives the chosen element another name in the panel."""
    group = page.locator("[data-group-id=group-general]")
    group.locator(".bio-properties-panel-group-header").click()
    group.get_by_label("Nom", exact=True).fill(name)


def test_a_table_comes_from_a_spreadsheet_and_a_form_says_its_texts_twice(
    desk: WatchedPage, web_engine: Engine
) -> None:
    draft = begin(desk, web_engine, "Trois motifs")
    page = desk.page
    page.goto(f"{draft}/edit/sepa_incident.dmn")
    page.locator("#editor[data-state=ready]").wait_for()
    rows = page.locator(".tjs-table tbody tr")  # a row with its English is copied, and taken away again
    had = rows.count()
    page.locator("td.rule-index").first.click(button="right")
    page.get_by_text("Copier la ligne", exact=True).click()
    page.locator("td.rule-index").first.click(button="right")
    page.get_by_text("Coller la ligne au-dessous", exact=True).click()
    rows.nth(had).wait_for()
    page.locator("td.rule-index").nth(1).click(button="right")
    page.get_by_text("Retirer la ligne", exact=True).click()
    rows.nth(had).wait_for(state="detached")
    come_back_from_a_spreadsheet(page, draft)
    page.get_by_role("button", name="Coller des lignes").click()
    page.get_by_label("Les lignes telles que").fill("AM04\tRETRY")
    page.get_by_role("button", name="Ajouter ces lignes").click()
    page.get_by_text("La ligne 1 a 2 colonnes, la table en a 5. Rien n’a été changé.").wait_for()
    page.get_by_label("Les lignes telles que").fill(
        "AM04\t<= 2,5\tRETRY\tKEEP\tGRACE\tDeux essais\n-\t[3..4]\tCALL\tKEEP\tKEEP"
    )
    page.get_by_role("button", name="Les mettre à la place de toutes les lignes").click()
    page.locator("#editor[data-state=saved] .st-finding--error").first.wait_for()
    page.get_by_role("button", name="Ajouter la ligne qui manque").first.click()
    page.locator(".tjs-table tbody tr").nth(2).wait_for()
    page.get_by_label("Règle de choix").click()
    page.locator(".dms-select-options .option", has_text="Une seule ligne").click()
    page.get_by_role("button", name="Coller des lignes").click()
    page.get_by_label("Les lignes telles que").fill("AM04\t[2,5..3]\tCALL\tKEEP\tGRACE")
    page.get_by_role("button", name="Ajouter ces lignes").click()
    page.locator("td.rule-index.st-wrong").first.wait_for()
    with page.expect_download() as written:
        page.get_by_role("button", name="Pour un tableur").click()
    sheet = written.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert sheet[:2] == ["Motif;Échecs;Suite;Mandat;Adhésion;", "AM04;<= 2,5;RETRY;KEEP;GRACE;Deux essais"]
    assert "AM04;[2,5..3];CALL;KEEP;GRACE;" in sheet
    page.get_by_label("Choisir la suite d’un incident").fill("Choose what comes next")
    page.get_by_role("group", name="RETRY Suite").get_by_label("En anglais").fill("try once more")
    page.locator("#editor[data-state=saved]").wait_for()
    kept = page.request.get(f"{draft}/files/sepa_incident.dmn").text()
    assert '<zeebe:property name="i18n.en.name" value="Choose what comes next" />' in kept
    assert '<zeebe:property name="i18n.en.value.RETRY" value="try once more" />' in kept
    assert '<zeebe:property name="i18n.fr.value.RETRY" value="nouvel essai" />' in kept, "the others stay"
    assert '<zeebe:property name="i18n.en.label" value="Mandate" />' in kept
    desk.check("studio-table")
    page.goto(f"{draft}/edit/incident_outcome.form")
    page.locator("#editor[data-state=ready]").wait_for()
    page.locator(".fjs-element[data-field-type=radio]").click()
    panel = page.locator(".fjs-properties-container")
    panel.get_by_text("Général", exact=True).click()
    panel.get_by_role("textbox", name="Libellé", exact=True).first.fill("Ce que la personne veut")
    page.get_by_role("button", name="Vérifier ces réponses").click()
    page.get_by_text("Le formulaire n’accepte pas encore ces réponses.").wait_for()
    english = page.locator(".st-text--here").get_by_label("Ce que la personne veut")
    english.fill("")
    page.locator("#editor[data-state=saved]").locator(".st-finding--error a[data-element=outcome]").first.wait_for()
    english.fill("What the person wants")
    page.get_by_label("English", exact=True).check()
    page.get_by_role("group", name="What the person wants").get_by_label("Pay by transfer").check()
    page.get_by_role("button", name="Vérifier ces réponses").click()
    page.get_by_text("Le formulaire accepte ces réponses.").wait_for()
    page.locator("#editor[data-state=saved]").wait_for()
    desk.check("studio-form")


def come_back_from_a_spreadsheet(page: Page, draft: str) -> None:
    """All rows go out and come back under the heads of another reader, one of them changed: the others stay who they
    are, each with its English."""
    page.locator("#editor[data-state=saved]").wait_for()  # what was done before
    before = page.request.get(f"{draft}/files/sepa_incident.dmn").text()
    with page.expect_download() as written:
        page.get_by_role("button", name="Pour un tableur").click()
    _heads, first, *rest = written.value.path().read_text(encoding="utf-8-sig").splitlines()
    changed = first.replace("RETRY", "CALL")
    assert changed != first
    page.get_by_role("button", name="Coller des lignes").click()
    heads = "Reason;Failures;What follows;Mandate;Membership;"
    page.get_by_label("Les lignes telles que").fill("\n".join([heads, *rest, changed]))
    page.get_by_role("button", name="Les mettre à la place de toutes les lignes").click()
    page.locator("#editor[data-state=saved]").wait_for()
    after = page.request.get(f"{draft}/files/sepa_incident.dmn").text()
    ids = re.findall('<rule id="([^"]+)"', before)
    assert re.findall('<rule id="([^"]+)"', after) == [*ids[1:], ids[0]]
    assert after.count("i18n.en.description") == before.count("i18n.en.description") > 0


def test_a_scenario_is_written_and_played(desk: WatchedPage, web_engine: Engine) -> None:
    draft = begin(desk, web_engine, "Avec un scénario")
    page = desk.page
    page.get_by_role("button", name="Écrire un scénario").click()
    page.locator("#editor[data-state=ready]").wait_for()
    written = page.get_by_label("Ce qui se passe")
    written.press("Control+End")
    written.press_sequentially("    Quand jours pas")
    page.locator(".st-phrase:visible").nth(2).wait_for(state="detached")
    written.press("Control+Space")
    page.keyboard.press("Enter")
    page.get_by_label("Nombre").fill("3")
    page.get_by_role("button", name="L’insérer").click()
    expect(written).to_have_value(re.compile(r"\n    Quand 3 jours passent\s*$"))
    page.get_by_role("button", name="‹qui› fait", exact=False).click()
    page.get_by_label("Quel élément").fill("Noter ce qui est convenu")
    keep_screenshot(page, "studio-scenario-filling-1280")
    page.get_by_label("Qui", exact=True).fill("la personne")
    page.get_by_role("button", name="L’insérer").click()
    expect(written).to_have_value(re.compile("Quand la personne fait « Noter ce qui est convenu »"))
    page.get_by_role("button", name="Les jouer").click()
    page.locator("[data-outcomes] .st-finding--open").first.wait_for()
    run_due(web_engine)
    page.locator("[data-outcomes] .st-finding--error").first.wait_for()
    page.get_by_label("Ce qui se passe").fill(
        "# language: fr\nFonctionnalité: Incident\n  Scénario: Rien ne vient\n    Quand 3 jours passent\n"
        "    Alors aucun courriel « sepa_retry » n’est parti\n"
    )
    page.get_by_role("button", name="Les jouer").click()
    page.locator("[data-outcomes] .st-finding--open").first.wait_for()
    run_due(web_engine)
    page.locator("[data-outcomes] .st-finding--good").first.wait_for()
    page.locator("#editor[data-state=saved]").wait_for()
    desk.check_in_both_languages("studio-scenarios")
    page.goto(draft)
    page.get_by_text("Ce qu’ils parcourent").click()
    page.locator("[data-diagram][data-state=ready]").wait_for()
    desk.check("studio-scenarios-draft")
    page.get_by_role("button", name="L’essayer").click()
    page.get_by_role("heading", name="On est le lundi 23 novembre 2026").wait_for(timeout=30_000)
    page.get_by_text("Faire arriver autre chose").click()
    page.get_by_label("La phrase").fill("le registre connaît « Ambre Delaunay »")
    page.get_by_role("button", name="Que cela arrive").click()
    page.get_by_role("button", name="Une semaine passe").click()
    page.get_by_role("heading", name="On est le lundi 30 novembre 2026").wait_for(timeout=30_000)
    page.locator("[data-diagram][data-state=ready]").wait_for()
    desk.check_in_both_languages("studio-try")


def save(engine: Engine, draft: str, files: dict[str, bytes]) -> None:
    """A save of somebody else: the next one in the draft."""
    draft_id = UUID(draft.rpartition("/")[2])
    with transaction(engine) as session:
        seen = drafts.draft(session, draft_id).rev
        drafts.save(session, draft_id, seen, files, by=SYSTEM.id, now=engine.clock.now(), saved_by="Mia")


def test_a_token_runs_through_a_draft(desk: WatchedPage, web_engine: Engine) -> None:
    draft, page = begin(desk, web_engine, "Des jetons"), desk.page
    page.get_by_role("link", name="Faire courir des jetons").click()
    page.locator("[data-shape][data-state=ready]").wait_for()
    page.get_by_role("button", name=re.compile("^Commencer ici ou continuer – « ")).first.click()
    page.locator("[data-reached] li").nth(2).wait_for()
    desk.check_in_both_languages("studio-shape")
    save(web_engine, draft, {DIAGRAM: (CAMUNDA / "c8_connector.bpmn").read_bytes()})
    page.reload()
    page.locator("[data-shape][data-state=ready]").wait_for()
    page.get_by_role("button", name="Commencer ici ou continuer – « Cours demandé »").press("Enter")
    page.locator("[data-told=finished]").wait_for()
    expect(page.locator("[data-reached] li")).to_have_text(
        ["Cours demandé", "Demander le cours", "Cours connu", "Le dossier est arrivé à sa fin."]
    )
    desk.check("studio-shape-small")


def test_what_others_wrote_into_a_diagram_stays(desk: WatchedPage, web_engine: Engine) -> None:
    draft, page = begin(desk, web_engine, "D’ailleurs"), desk.page
    for file, end in (("c7_invoice", "EndEvent_1"), ("c8_connector", "EndEvent_1"), ("c8_foreign", "EndEvent_1")):
        body = (CAMUNDA / f"{file}.bpmn").read_bytes()
        save(web_engine, draft, {DIAGRAM: body})
        page.goto(f"{draft}/edit/{DIAGRAM}?{file}#{end}")
        page.locator("#editor[data-state=ready]").wait_for()
        page.keyboard.press("ArrowRight")
        page.locator("#editor[data-state=saved]").wait_for()
        saved = trees.read(DIAGRAM, page.request.get(f"{draft}/files/{DIAGRAM}").body())
        before = trees.read(DIAGRAM, body)
        assert saved.place(end) != before.place(end)
        assert list(saved.units) == list(before.units)
        for id_ in before.units:
            assert foreign(saved.units[id_]) == foreign(before.units[id_]), id_
        for id_, drawn in before.drawn.items():
            assert {name: saved.drawn[id_].get(name) for name in drawn.attrib} == dict(drawn.attrib), id_


def foreign(node: etree._Element) -> Counter[tuple[object, ...]]:
    """What an element says itself, in any order; a type that is only written for readers of XML is none of it."""
    attributes = frozenset((name, text) for name, text in node.attrib.items() if "XMLSchema" not in name)
    told = Counter([(node.tag, attributes, " ".join((node.text or "").split()))])
    for child in trees.own(node):
        told += foreign(child)
    return told


def test_a_delivered_mail_opens_with_its_form_and_is_saved_as_it_was_written(
    desk: WatchedPage, web_engine: Engine
) -> None:
    draft, page = begin(desk, web_engine, "Un autre texte"), desk.page
    page.goto(f"{draft}/edit/{DIAGRAM}#send_suspended")
    page.locator("#editor[data-state=ready]").wait_for()
    panel = page.locator("[data-panel]")
    expect(panel.locator(".bio-properties-panel-header-type")).to_have_text("Envoyer un courriel", ignore_case=True)
    for asked, held in (("À qui", "À la personne que le dossier concerne"), ("Date pour l’agenda", "Aucune")):
        chosen = panel.get_by_role("combobox", name=re.compile(asked)).locator("option:checked")
        expect(chosen).to_have_attribute("label", held)
    words = panel.get_by_role("link", name="Lire et modifier ce texte")
    expect(words).to_have_attribute("href", "/texts/mail/membership_suspended")
    panel.get_by_role("combobox", name="Quel texte").select_option("sepa_retry")
    expect(words).to_have_attribute("href", "/texts/mail/sepa_retry")
    page.locator("#editor[data-state=saved]").wait_for()
    before = definitions()[PROCESS][DIAGRAM]
    saved = page.request.get(f"{draft}/files/{DIAGRAM}").body()
    assert b"modelerTemplate" not in saved
    wanted = trees.read(DIAGRAM, before.replace(b'value="membership_suspended"', b'value="sepa_retry"', 1)).units
    kept = trees.read(DIAGRAM, saved).units
    assert {id_: foreign(unit) for id_, unit in kept.items()} == {id_: foreign(unit) for id_, unit in wanted.items()}


def test_copies_of_a_step_are_saved_without_the_template_that_fits_it(desk: WatchedPage, web_engine: Engine) -> None:
    draft, page = begin(desk, web_engine, "Deux fois"), desk.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{draft}/edit/{DIAGRAM}#send_suspended")
    page.locator("#editor[data-state=ready]").wait_for()
    kind = page.locator("[data-panel] .bio-properties-panel-header-type")
    expect(kind).to_have_text("Envoyer un courriel", ignore_case=True)
    drawn = page.locator("[data-canvas] .djs-shape")
    before = drawn.count()
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    box = page.locator("[data-canvas] svg").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 500, box["y"] + 60)
    page.mouse.click(box["x"] + 502, box["y"] + 62)
    expect(drawn).not_to_have_count(before)
    expect(kind).to_have_text("Envoyer un courriel", ignore_case=True)
    page.locator("#editor[data-state=saved]").wait_for()
    written = page.request.get(f"{draft}/files/{DIAGRAM}").body()
    assert len(trees.read(DIAGRAM, written).units) > len(trees.read(DIAGRAM, definitions()[PROCESS][DIAGRAM]).units)
    assert b"modelerTemplate" not in written
    pad = page.locator(".djs-context-pad.open")  # what takes its place is known as what it is now
    pad.locator("[data-action=replace]").click()
    page.locator(".djs-popup .entry", has_text="Étape faite ailleurs").click()
    expect(kind).to_have_text("Étape faite ailleurs", ignore_case=True)
    pad.locator("[data-action='append.gateway']").click()
    said = page.locator(".st-finding--drawing", has_text="l’embranchement après « Annoncer la suspension »")
    expect(said.first).to_be_visible()  # what was just put has no name, and is called by its place
    page.locator("#editor[data-state=saved]").wait_for()
    written = page.request.get(f"{draft}/files/{DIAGRAM}").body()
    assert b"<bpmn:manualTask" in written and b"modelerTemplate" not in written


def test_a_timer_says_where_its_figure_stands(desk: WatchedPage, web_engine: Engine) -> None:
    draft, page = begin(desk, web_engine, "D’autres délais"), desk.page
    drawn = definitions()[PROCESS][DIAGRAM].decode()
    calculated = drawn.replace("=parameters.incident_rule.money", '=date and time(collect_on, time("08:00:00"))')
    assert calculated != drawn
    save(web_engine, draft, {DIAGRAM: calculated.encode()})
    page.goto(f"{draft}/edit/{DIAGRAM}#mandate_is_missing")
    page.locator("#editor[data-state=ready]").wait_for()
    timer = page.locator("[data-group-id=group-timer]")
    timer.locator(".bio-properties-panel-group-header").click()
    said = timer.locator(".bio-properties-panel-description")
    expect(said).to_have_text(
        "Ce chiffre se trouve dans la table Délais d’un incident de paiement, ligne « Signer un nouveau mandat »."
    )
    expect(said.get_by_role("link")).to_have_attribute("href", "/parameters/incident_rule#key-new_mandate")
    page.goto(f"{draft}/edit/{DIAGRAM}?calculated#nothing_has_arrived")
    page.locator("#editor[data-state=ready]").wait_for()
    timer.locator(".bio-properties-panel-group-header").click()
    expect(said).to_contain_text("Calculé par « Prévoir le prélèvement ».")
    expect(said.get_by_role("link", name="Délais d’un incident de paiement")).to_be_visible()


def test_every_panel_speaks_french(desk: WatchedPage, web_engine: Engine) -> None:
    draft, page = begin(desk, web_engine, "Tous les éléments"), desk.page
    save(web_engine, draft, {DIAGRAM: every_element(PROCESS)})
    page.goto(f"{draft}/edit/{DIAGRAM}")
    page.locator("#editor[data-state=ready]").wait_for()
    page.locator("[data-expert]").check()
    visited = page.evaluate(TOUR)
    assert len(visited) > 55
    assert page.evaluate("[...window.studioMisses]") == []
