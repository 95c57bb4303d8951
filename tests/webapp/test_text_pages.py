"""The pages of the mail and letter texts, and of the number series."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from engine import commands, jobs
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.pages import LookedAtPages
from tests.security.web import at_desk
from tests.webapp.test_parameter_pages import form, shown
from webapp.texts.senders import named
from workflows.association import number_series, texts
from workflows.association.mails import Mail
from workflows.association.parameters import ParameterRow
from workflows.catalogue import definitions

MAIL = "/texts/mail/confirm_email"


@pytest.fixture
def writer(app: Flask, web_engine: Engine) -> LookedAtPages:
    return at_desk(app, web_engine, "Cleo", "COMMS")


def send(browser: LookedAtPages, do: str, address: str = MAIL, **written: str) -> tuple[int, str]:
    """Opens the editor, writes, presses a button; answers status and page."""
    kind, name = address.split("/")[2:]
    typed = texts.delivered(kind, name) | {"valid_from": "2099-01-01", "decided_by": "Com", **written}  # type: ignore[arg-type]
    answer = browser.post_form(f"{address}/edit", {**form(shown(browser, f"{address}/edit")), **typed, "do": do})
    return answer.status_code, answer.get_data(as_text=True).replace("\u00a0", " ")


def versions(engine: Engine) -> list[ParameterRow]:
    with reading(engine) as session:
        return list(session.scalars(select(ParameterRow).where(ParameterRow.table == "mail_text")))


def test_who_writes(app: Flask, web_engine: Engine, writer: LookedAtPages) -> None:
    other = at_desk(app, web_engine, "Fina", "COACH")
    for address in ("/texts", MAIL, f"{MAIL}/edit", "/texts/letter/invoice/fr.pdf"):
        assert other.get(address).status_code == 403
        assert writer.get(address).status_code == 200
    for address in (
        "/texts/mail/unheard",
        "/texts/fax/welcome",
        "/texts/mail/welcome/fr.pdf",
        "/texts/letter/invoice/de.pdf",
    ):
        assert writer.get(address).status_code == 404


def test_every_text_is_shown(writer: LookedAtPages) -> None:
    page = shown(writer, "/texts")
    for kind in texts.FIELDS:
        for name in texts.names(kind):
            assert f"/texts/{kind}/{name}" in page
            assert writer.get(f"/texts/{kind}/{name}").status_code == 200, name
            assert writer.get(f"/texts/{kind}/{name}/edit").status_code == 200, name


def test_a_preview_changes_nothing(writer: LookedAtPages, web_engine: Engine) -> None:
    status, page = send(writer, "preview", subject_fr="Bonjour $first_names")
    assert status == 200
    assert "Bonjour Zoé" in page
    assert "<ins>" in page and "<del>" in page
    assert versions(web_engine) == []


def test_what_a_text_cannot_say_is_refused_in_place(writer: LookedAtPages, web_engine: Engine) -> None:
    status, page = send(writer, "decide", body_en="Hello $nobody <script>alert(1)</script> $link")
    assert (status, "« $nobody » est inconnu" in page) == (422, True)
    assert "<script>alert" not in page
    status, page = send(writer, "decide", body_fr="")
    assert (status, "dans les deux langues" in page) == (422, True)
    status, page = send(writer, "decide", valid_from="2001-01-01")
    assert (status, "Ce qui est parti reste tel quel" in page) == (422, True)
    assert versions(web_engine) == []


def test_code_in_a_text_is_text(writer: LookedAtPages) -> None:
    evil = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) $link $link_hours"
    status, page = send(writer, "preview", body_fr=evil, subject_fr='"><script>alert(1)</script>')
    assert status == 200
    assert "<img src=x" not in page
    assert 'href="javascript' not in page
    assert "<script>alert" not in page


def test_a_version_is_made_used_again_and_withdrawn(writer: LookedAtPages, web_engine: Engine) -> None:
    seen = form(shown(writer, f"{MAIL}/edit"))["seen"]
    assert send(writer, "decide", subject_fr="Nouvel objet")[0] == 303
    page = shown(writer, MAIL)
    assert "à partir du 1er janvier 2099" in page
    version = versions(web_engine)[0]
    assert "Nouvel objet" in shown(writer, f"{MAIL}/edit?version={version.id}")
    assert "Nouvel objet" not in shown(writer, f"{MAIL}/edit?version=delivered")
    status, page = send(writer, "decide", seen=seen, subject_fr="Encore un")
    assert (status, "Encore un" in page) == (409, True)
    assert writer.post_form(f"/texts/versions/{version.id}/withdraw").status_code == 303
    assert writer.post_form(f"/texts/versions/{version.id}/withdraw").status_code == 409
    page = shown(writer, MAIL)
    assert "Nouvel objet" not in page
    assert "Retirée : la version du 1er janvier 2099" in page, "who took it back is told"


def test_a_trial_goes_to_whoever_writes(writer: LookedAtPages, web_engine: Engine) -> None:
    assert send(writer, "send", subject_fr="Pour voir")[0] == 200
    jobs.run_due(web_engine)
    with reading(web_engine) as session:
        found = list(session.scalars(select(Mail).order_by(Mail.lang)))
    assert [(mail.lang, mail.to_address.split("@")[0][:4], mail.state) for mail in found] == [
        ("en", "cleo", "SENT"), ("fr", "cleo", "SENT"),
    ]  # fmt: skip
    assert "Pour voir" in found[1].subject
    assert versions(web_engine) == []


@pytest.mark.parametrize(
    ("name", "foundation"),
    [("thanks_small", True), ("tax_receipt", True), ("gift_statement", True), ("invoice", False), ("renew_60", False)],
)
def test_a_letter_is_looked_at_with_the_sender_that_it_will_have(
    writer: LookedAtPages, name: str, foundation: bool
) -> None:
    answer = writer.get(f"/texts/letter/{name}/fr.pdf")
    [first, *_] = PdfReader(BytesIO(answer.data)).pages
    head = first.extract_text().splitlines()[0]
    assert ("Fondation Amicale" in head) == foundation, head


def test_a_letter_is_looked_at_as_pdf(writer: LookedAtPages) -> None:
    answer = writer.get("/texts/letter/invoice/fr.pdf")
    assert answer.data.startswith(b"%PDF")
    kind = texts.delivered("letter", "invoice")
    typed = {**form(shown(writer, "/texts/letter/invoice/edit")), **kind, "title_en": "Bill $number", "do": "en"}
    answer = writer.post_form("/texts/letter/invoice/edit", typed)
    assert (answer.status_code, answer.mimetype, answer.data[:4]) == (200, "application/pdf", b"%PDF")


def test_the_series_are_for_the_accounts(app: Flask, web_engine: Engine, writer: LookedAtPages) -> None:
    fina = at_desk(app, web_engine, "Fina", "FINANCE")
    assert "Aucun numéro" in shown(fina, "/finance/numbers")
    with transaction(web_engine) as session:
        number_series.invoice_number(session, 2026)
        number_series.take(session, "COL-2026")
    page = shown(fina, "/finance/numbers")
    assert "Des numéros manquent dans 1 série" in page, "a number without a document is a gap"
    assert re.search(r"INV-ASSO-2026.*Fichiers de prélèvement", page, re.S)
    assert "/finance/numbers" in shown(fina, "/finance/bank")
    assert writer.get("/finance/numbers").status_code == 403


def test_an_owner_changes_the_mails_that_only_his_own_processes_send(app: Flask, web_engine: Engine) -> None:
    with transaction(web_engine) as session:
        for process_id in ("donation_followup", "payment_surplus", "membership_renewal"):
            commands.deploy(session, web_engine, definitions()[process_id], by=SYSTEM)
    owner, own, shared = at_desk(app, web_engine, "Claire", "FOUNDATION_GIFTS"), "gift_thanks", "payment_reminder"
    assert "Suivi d’un don" in shown(owner, f"/texts/mail/{own}"), "which process sends it"
    assert "Modifier le texte" in shown(owner, f"/texts/mail/{own}")
    assert send(owner, "decide", f"/texts/mail/{own}", subject_fr="Grand merci")[0] == 303
    [made] = versions(web_engine)
    page = shown(owner, f"/texts/mail/{shared}")
    assert "Modifier le texte" not in page
    assert "seuls ses propres processus envoient" in page
    assert owner.get(f"/texts/mail/{shared}/edit").status_code == 403
    assert owner.get("/texts/letter/thanks_small/edit").status_code == 403, "no diagram sends it"
    assert (
        at_desk(app, web_engine, "Mia", "MEMBERSHIP").post_form(f"/texts/versions/{made.id}/withdraw").status_code
        == 403
    )
    assert owner.post_form(f"/texts/versions/{made.id}/withdraw").status_code == 303


def test_what_diagrams_and_tables_name_is_what_processes_send() -> None:
    sent = named(definitions()["membership_renewal"])
    assert {"renew_30", "lapsed"} <= sent, "by its reminders' table"
    assert "gift_thanks" in named(definitions()["donation_followup"]), "by a step's setting"
    assert named({"a.bpmn": b"<no", "a.dmn": b"", "a.form": b'"gift_thanks"'}) == frozenset()
    unnamed = set(texts.names("mail")) - set().union(*map(named, definitions().values()))
    assert 0 < len(unnamed) < 30, "those that a program alone chooses"
