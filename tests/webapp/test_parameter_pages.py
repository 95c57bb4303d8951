"""The pages of the parameter tables: who reads and who decides, what is refused and where, and what is undone."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.pages import LookedAtPages
from tests.security.web import at_desk
from webapp.parameters.page import reason_of
from workflows.association import parameters, tariffs
from workflows.association.parameters import ParameterEvent, ParameterRow

TABLE = "/parameters/dues_tariff"


@pytest.fixture
def voted(web_engine: Engine) -> Engine:
    """The association with the tariffs of its first day."""
    with transaction(web_engine) as session:
        today = web_engine.clock.now().date()
        parameters.declare_first(session, valid_from=today.replace(year=today.year - 1), decided_by="AG de fondation")
    return web_engine


@pytest.fixture
def owner(app: Flask, voted: Engine) -> LookedAtPages:
    return at_desk(app, voted, "Odile", "PROCESS_OWNER")


def shown(browser: LookedAtPages, address: str) -> str:
    """The page, its unbreakable blanks as plain ones."""
    return browser.get(address).get_data(as_text=True).replace("\u00a0", " ").replace("\u202f", " ")


def form(page: str, **typed: str) -> dict[str, str]:
    """What the form of a page sends: its hidden fields, and what is typed."""
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    hidden.pop("csrf_token", None)
    hidden.pop("language", None)
    return {**hidden, **typed}


def decide(browser: LookedAtPages, key: str = "STD", **typed: str) -> tuple[int, str]:
    """Opens the form of a key, types, sends; answers status and page."""
    page = shown(browser, f"{TABLE}/decide?key={key}")
    sent = {"v_amount": "175", "valid_from": "2027-09-01", "decided_by": "AG", "decided_on": "2026-11-20", "key": key}
    sent |= typed
    answer = browser.post_form(f"{TABLE}/decide", form(page, **sent))
    return answer.status_code, answer.get_data(as_text=True).replace("\u00a0", " ").replace("\u202f", " ")


def rows(engine: Engine, key: str = "STD") -> list[ParameterRow]:
    with reading(engine) as session:
        query = select(ParameterRow).where(ParameterRow.table == "dues_tariff", ParameterRow.key == key)
        return list(session.scalars(query.order_by(ParameterRow.valid_from)))


def test_the_staff_reads_and_the_owner_decides(app: Flask, voted: Engine, owner: LookedAtPages) -> None:
    reader = at_desk(app, voted, "Fina", "FINANCE")
    assert "Tarifs de cotisation" in shown(reader, "/parameters")
    page = shown(reader, TABLE)
    assert "160,00 €" in page
    assert "Changer à partir d’un jour" not in page
    assert reader.get(f"{TABLE}/decide?key=STD").status_code == 403
    assert reader.post_form(f"{TABLE}/decide", {"key": "STD"}).status_code == 403
    assert reader.post_form(f"/parameters/rows/{rows(voted)[0].id}/withdraw", {"sure": "1"}).status_code == 403
    assert at_desk(app, voted, "Leo").get(TABLE).status_code == 403
    assert "Changer à partir d’un jour" in shown(owner, TABLE)
    assert owner.get("/parameters/unheard").status_code == 404
    assert "Paramètres" in shown(owner, "/parameters")


def test_an_owner_from_outside_decides_his_tables_and_sees_no_other(app: Flask, voted: Engine) -> None:
    foundation = at_desk(app, voted, "Claire", "FOUNDATION_GIFTS")
    listed = set(re.findall(r'href="/parameters/(\w+)"', shown(foundation, "/parameters")))
    owned = {name for name, table in parameters.declared().items() if table.owner == "FOUNDATION_GIFTS"}
    assert listed == owned > {"gift_delay"}
    assert "Changer à partir d’un jour" in shown(foundation, "/parameters/gift_delay")
    assert foundation.get(TABLE).status_code == 403
    assert foundation.post_form(f"{TABLE}/decide", {"key": "STD"}).status_code == 403
    assert at_desk(app, voted, "Rose", "REGISTRAR").get("/parameters").status_code == 403


def test_a_row_is_decided_from_a_day_on(owner: LookedAtPages, voted: Engine) -> None:
    assert decide(owner, v_amount="1 175,50")[0] == 303
    page = shown(owner, TABLE)
    assert "C’est décidé, à partir du 1er septembre 2027." in page
    assert "1 175,50 €" in page
    assert "À venir" in page
    old, new = rows(voted)
    assert (str(old.valid_to), new.data["amount"], new.valid_to) == ("2027-08-31", "1175.50", None)
    assert "Odile" in page, "whoever entered it is named in the history"


def test_what_cannot_be_accepted_is_said_at_its_input_and_nothing_is_lost(owner: LookedAtPages, voted: Engine) -> None:
    status, page = decide(owner, v_amount="douze", decided_by="", valid_from="32/01/2027")
    assert status == 422
    assert "« douze » n’est pas un montant pour « Montant annuel »" in page
    assert 'value="douze"' in page
    assert "Indiquez qui l’a décidé" in page
    assert "Saisissez une date" in page
    status, page = decide(owner, valid_from="2026-01-05")
    assert (status, "Ce jour est passé" in page) == (422, True)
    assert len(rows(voted)) == 1
    assert decide(owner, valid_from="2026-01-05", past="true")[0] == 303


def test_of_two_who_decide_the_second_is_told(owner: LookedAtPages, voted: Engine) -> None:
    seen = form(shown(owner, f"{TABLE}/decide?key=STD"))["seen"]
    assert decide(owner)[0] == 303
    status, page = decide(owner, seen=seen, valid_from="2028-01-01", v_amount="180")
    assert (status, "Quelqu’un d’autre a modifié" in page, 'value="180"' in page) == (409, True, True)
    status, page = decide(owner)
    assert (status, "a déjà une ligne" in page) == (409, True)


def test_a_coming_row_is_withdrawn_and_the_old_one_goes_on(owner: LookedAtPages, voted: Engine) -> None:
    decide(owner)
    coming = rows(voted)[1]
    page = shown(owner, f"/parameters/rows/{coming.id}/withdraw")
    assert "a été en vigueur" not in page
    answer = owner.post_form(f"/parameters/rows/{coming.id}/withdraw", form(page, reason="une erreur"))
    assert answer.status_code == 303
    assert rows(voted)[0].valid_to is None
    page = shown(owner, TABLE)
    assert "une erreur" in page
    assert "À venir" not in page
    assert owner.get(f"/parameters/rows/{coming.id}/withdraw").status_code == 409
    assert owner.post_form(f"/parameters/rows/{coming.id}/withdraw", form(page)).status_code == 409


def test_a_row_that_has_been_in_force_asks_for_a_confirmation(owner: LookedAtPages, voted: Engine) -> None:
    address = f"/parameters/rows/{rows(voted)[0].id}/withdraw"
    sent = form(shown(owner, address))
    answer = owner.post_form(address, sent)
    assert (answer.status_code, "cochez" in answer.get_data(as_text=True)) == (422, True)
    assert owner.post_form(address, {**sent, "sure": "true"}).status_code == 303
    assert "Rien n’est en vigueur aujourd’hui." in shown(owner, TABLE)


def test_a_row_is_ended(owner: LookedAtPages, voted: Engine) -> None:
    address = f"/parameters/rows/{rows(voted)[0].id}/end"
    sent = form(shown(owner, address))
    for wrong in ("", "demain", "2001-01-01"):
        assert owner.post_form(address, {**sent, "last": wrong}).status_code == 422
    assert owner.post_form(address, {**sent, "last": "2026-12-31"}).status_code == 303
    assert owner.post_form(address, {**sent, "last": "2027-12-31"}).status_code == 409, "seen before it was ended"
    assert "2026" in shown(owner, TABLE)


def test_a_row_of_a_new_key_is_added(owner: LookedAtPages, voted: Engine) -> None:
    status, page = decide(owner, key="été 2027")
    assert (status, "n’est pas un code" in page) == (422, True)
    assert decide(owner, key="SUMMER", label_fr="Été", label_en="Summer")[0] == 303
    with reading(voted) as session:
        assert tariffs.in_force(session, "SUMMER", rows(voted, "SUMMER")[0].valid_from).label_fr == "Été"


def test_what_came_with_a_version_is_told_and_holds_until_a_decision(app: Flask, web_engine: Engine) -> None:
    with transaction(web_engine) as session:
        parameters.deliver(session, on=web_engine.clock.now().date(), now=web_engine.clock.now())
    owner = at_desk(app, web_engine, "Odile", "PROCESS_OWNER")
    page = shown(owner, "/parameters/undo_window")
    assert "Comme livré, tant que personne n’a décidé" in page
    assert "livré avec une version du logiciel, sans décision" in page
    assert "/withdraw" not in page, "it would only come back"
    assert "0001" not in page
    with reading(web_engine) as session:
        [delivered] = session.scalars(select(ParameterRow.id).where(ParameterRow.table == "undo_window").limit(1))
    address = f"/parameters/rows/{delivered}/withdraw"
    assert "livrée avec le logiciel" in shown(owner, address)
    for sent in ({}, {"sure": "true"}):
        assert owner.post_form(address, sent).status_code == 409


def test_keys_of_a_table_that_is_closed_stay(owner: LookedAtPages) -> None:
    page = owner.get("/parameters/closure").get_data(as_text=True)
    assert "31 août" in page
    assert "Ajouter une ligne" in page


def test_every_table_is_shown_in_both_languages(owner: LookedAtPages) -> None:
    for language in ("en", "fr"):
        owner.post_form("/language", {"language": language, "next": "/parameters"})
        for name, table in parameters.declared().items():
            page = shown(owner, f"/parameters/{name}")
            assert (table.label_en if language == "en" else table.label_fr).replace("'", "&#39;") in page


def paste(browser: LookedAtPages, text: str, act: str = "preview") -> tuple[int, str]:
    sent = {"rows": text, "valid_from": "01/09/2027", "decided_by": "AG", "decided_on": "20/11/2026", "act": act}
    answer = browser.post_form(f"{TABLE}/paste", sent)
    return answer.status_code, answer.get_data(as_text=True).replace("\u00a0", " ").replace("\u202f", " ")


def test_rows_come_from_a_spreadsheet_and_each_is_seen_before(owner: LookedAtPages, voted: Engine) -> None:
    text = "Clé\tMontant annuel\tÀ partir du\nSTD\t175,50\t\nJSK\t87\t01/10/2027\n"
    assert "comme nouvelle ligne" in paste(owner, "OLD;12")[1], "a mistyped key is seen before it is kept"
    status, page = paste(owner, text)
    assert "avant : Montant annuel 160,00 €" in page
    assert status == 200 and "175,50 €" in page and "1er octobre 2027" in page and "Décider ces 2 lignes" in page
    assert len(rows(voted)) == 1, "a preview keeps nothing"
    assert paste(owner, text, "decide")[0] == 303
    assert [(row.data["amount"], str(row.valid_from)) for row in rows(voted)][1:] == [("175.50", "2027-09-01")]
    assert str(rows(voted, "JSK")[-1].valid_from) == "2027-10-01"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("STD;cher", "« cher »"),
        ("STD;175;oui;x", "4 cellules là où la table en a 3"),
        (";175", "La clé manque"),
        ("STD;175\nSTD;180", "La ligne 1 donne « STD » à partir du même jour"),
        ("", "Il n’y a aucune ligne"),
        ("STD;1\n" * 501, "C’est trop à la fois"),
        ("key;amount;valid_from\nSTD;175;31/02/2027", "« 31/02/2027 » n’est pas une date"),
        ("NOPE!;12", "NOPE!"),
    ],
)
def test_a_paste_with_a_wrong_row_names_it_and_keeps_none(
    owner: LookedAtPages, voted: Engine, text: str, said: str
) -> None:
    before = rows(voted)
    status, page = paste(owner, f"{text}", "decide")
    assert status == 422 and said in page
    assert [row.id for row in rows(voted)] == [row.id for row in before]


@pytest.mark.parametrize("written", ["0096_gift_delays", "0099_checkin_silence"])
def test_what_an_update_did_is_said_in_the_readers_language(app: Flask, written: str) -> None:
    migration = import_module(f"webapp.migrations.versions.{written}")
    reasons = {getattr(migration, name) for name in ("WHY", "UNREAD", "DECIDED") if hasattr(migration, name)}
    told = {}
    for language in ("fr", "en"):
        with app.test_request_context(), force_locale(language):
            told[language] = {reason_of(ParameterEvent(by="system", reason=reason)) for reason in reasons}
    assert reasons and told["fr"].isdisjoint(told["en"]) and reasons.isdisjoint(told["fr"] | told["en"])
    with app.test_request_context():
        own = ParameterEvent(by="person:1", reason="nothing reads this key any more")
        assert reason_of(own) == own.reason, "what a person wrote stays"
