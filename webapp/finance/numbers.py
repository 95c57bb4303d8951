"""The page of the number series, for the accounts and whoever audits them."""

from __future__ import annotations

from flask import Blueprint, render_template

from engine.transaction import reading
from webapp.auth import engine, role
from webapp.words import _
from workflows.association import series_audit

blueprint = Blueprint("numbers", __name__, template_folder="templates", url_prefix="/finance/numbers")


def names() -> dict[str, str]:
    """What each series numbers."""
    return {
        series_audit.INVOICES: _("Invoices of the association"),
        series_audit.CREDITS: _("Credit notes"),
        series_audit.RECEIPTS: _("Tax receipts of the Foundation"),
        series_audit.MANDATES: _("Direct debit mandates"),
        series_audit.MEMBERS: _("Member numbers"),
        "ADH": _("Applications"),
        "DD": _("Direct debits"),
        "COL": _("Collection files"),
        "CMD": _("Orders"),
        "EVT": _("Events"),
        "COH": _("Career groups"),
        "REN": _("Renewals"),
    }


@blueprint.get("")
@role("FINANCE", "TREASURER", "FOUNDATION_GIFTS", "FOUNDATION_TREASURER", "ADMIN")
def page() -> str:
    """Each series with its last number, what lacks and what was cancelled."""
    with reading(engine()) as reader:
        return render_template("finance/numbers.html", series=series_audit.audit(reader), names=names())
