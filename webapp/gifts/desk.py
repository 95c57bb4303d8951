"""The desk of the Foundation's gifts. The Association's staff do not see it: another legal person's money."""

from __future__ import annotations

from io import BytesIO
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from engine import commands
from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, current_day, engine, role
from webapp.gifts import register
from webapp.gifts.register import Filter
from webapp.payments.money import euros
from webapp.words import _, language, ngettext
from workflows.association import issued_documents, parameters
from workflows.association.gifts import (
    board,
    corrections,
    declaration,
    documents,
    figures,
    overstated,
    receipts,
    yearly,
)
from workflows.association.gifts.register import BOOKED, NOTED, REFUSED, REVERSED, SALE
from workflows.association.issued_documents import IssuedDocument

ROLES = ("FOUNDATION_GIFTS", "FOUNDATION_TREASURER")
CORRECTION: Final = "receipt_correction"
STATES = (NOTED, BOOKED, REVERSED, REFUSED, SALE)
blueprint = Blueprint("gift_desk", __name__, template_folder="templates", url_prefix="/foundation")


@blueprint.get("/gifts")
@role(*ROLES)
def gifts() -> str:
    """The register of gifts, with filters and its sum; what is late; what is declared."""
    year = request.args.get("year", "")
    state = request.args.get("state", "")
    wanted = Filter(
        int(year) if year.isdecimal() and len(year) == 4 else None,
        request.args.get("fund", "")[:24],
        state if state in STATES else "",
    )
    today = current_day()
    with reading(engine()) as reader:
        above = overstated.overstated(reader)
        shown, count, total = register.lines(reader, wanted, language())
        funds = [(row.key, row.label(language())) for row in parameters.rows(reader, figures.FUNDS, on=today)]
        return render_template(
            "gifts/desk.html",
            lines=shown,
            count=count,
            total=total,
            wanted=wanted,
            funds=funds,
            states=STATES,
            years=register.years(reader),
            late=register.late(reader, today),
            worksheet=register.worksheet(reader),
            above=above,
            names=register.donor_names(reader, {each.gift.donor_id for each in above}),
        )


@blueprint.post("/gifts/<uuid:gift_id>/arrived")
@role(*ROLES)
def arrived(gift_id: UUID) -> ResponseReturnValue:
    """Brings a gift to what arrived of it: at once, or where a receipt states it, by a correction for a second person.

    Raises GiftStandsRight, CorrectionUnderway.
    """
    actor, now = current().actor, engine().clock.now()
    with transaction(engine()) as writer:
        found = overstated.of_gift(writer, gift_id)
        if found.receipt is None:
            overstated.lower(found, writer, now)
            flash(_("The gift is what arrived: %(amount)s.", amount=euros(found.arrived)), "success")
        else:
            correction = overstated.ask(found, writer, by=actor.id, now=now)
            commands.start(writer, engine(), CORRECTION, corrections.told(writer, correction), by=actor)
            said = _("A second person is asked to agree: the receipt %(serial)s is then cancelled and replaced.",
                     serial=found.receipt.serial)  # fmt: skip
            flash(said, "success")
    return redirect(url_for("gift_desk.gifts"), 303)


@blueprint.get("/receipts")
@role(*ROLES)
def receipts_page() -> str:
    """The register of receipts: every entry, what took its place, and the numbers that are missing."""
    today = current_day()
    with reading(engine()) as reader:
        return render_template(
            "gifts/receipts.html",
            series=register.entries(reader),
            gaps=receipts.gaps(reader),
            waiting=register.waiting(reader, today),
        )


@blueprint.post("/receipts/late")
@role(*ROLES)
def late_receipts() -> ResponseReturnValue:
    """Issues and sends the yearly receipts that waited for an address."""
    today = current_day()
    with transaction(engine()) as writer:
        issued = yearly.issue_late(writer, engine(), today, by=current().actor.id)
    said = ngettext("%(num)d receipt is issued.", "%(num)d receipts are issued.", issued)
    flash(said if issued else _("No receipt could be issued: the addresses are still missing."), "info")
    return redirect(url_for("gift_desk.receipts_page"), 303)


@blueprint.get("/declarations/<int:year>.csv", defaults={"kind": "csv"})
@blueprint.get("/declarations/<int:year>.pdf", defaults={"kind": "pdf"})
@role(*ROLES)
def declared(year: int, kind: str) -> ResponseReturnValue:
    """The totals of a year by the law's categories, as a sheet or on paper. 404 for a year without gifts."""
    today = current_day()
    with reading(engine()) as reader:
        if year not in register.years(reader):
            raise NotFound(kind="declaration", id=str(year))
        found = declaration.parts(reader, year)
        pdf = kind == "pdf"
        body = (
            declaration.paper(reader, year, found, language(), today)
            if pdf
            else declaration.sheet(year, found, language())
        )
    answer = send_file(
        BytesIO(body), mimetype="application/pdf" if pdf else "text/csv", as_attachment=True,
        download_name=f"222-bis-{year}.{kind}", etag=False,
    )  # fmt: skip
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/board/<int:year>.pdf")
@role(*ROLES)
def board_report(year: int) -> ResponseReturnValue:
    """The report of a year to the board: figures alone. 404 for a year without gifts."""
    today = current_day()
    with reading(engine()) as reader:
        if year not in register.years(reader):
            raise NotFound(kind="report", id=str(year))
        body = board.paper(reader, board.report(reader, year, today), language(), today)
    answer = send_file(
        BytesIO(body), mimetype="application/pdf", as_attachment=True, download_name=f"conseil-{year}.pdf", etag=False
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/documents/<uuid:document_id>")
@role(*ROLES)
def document(document_id: UUID) -> ResponseReturnValue:
    """A paper of the Foundation as it was issued. 404 for those of the Association."""
    with reading(engine()) as reader:
        found = reader.get(IssuedDocument, document_id)
        if found is None or found.kind not in documents.KINDS or not issued_documents.is_unchanged(found):
            raise NotFound(kind="document", id=str(document_id))
        answer = send_file(
            BytesIO(found.body), mimetype="application/pdf", as_attachment=True, download_name=found.file_name,
            etag=False,
        )  # fmt: skip
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
