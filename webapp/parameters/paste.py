"""The page on which rows of a table are pasted from a spreadsheet: a preview row by row, then one decision for all."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import Refused
from engine.transaction import transaction
from forms.readings import Misread, read_date, read_text
from webapp.auth import current, current_day, engine, role
from webapp.parameters import page
from webapp.parameters.pasted import Decision, PastedRow, decide_rows, read_rows
from webapp.parameters.wording import column_label, table_label
from webapp.words import _, ngettext
from workflows.association import parameters
from workflows.association.parameters import Table

blueprint = Blueprint("parameter_paste", __name__, template_folder="templates", url_prefix="/parameters")


class _Trial(Exception):
    """Ends the transaction of a preview without keeping anything."""


@blueprint.route("/<name>/paste", methods=["GET", "POST"])
@role(*page.SEERS)
def paste(name: str) -> ResponseReturnValue:
    """Asks for rows, shows what each would be, and decides them together. Raises TableUnknown, Refused."""
    found = parameters.table_named(name)
    if not page.may_decide(current(), found):
        raise Refused(action="change", kind="parameter table")
    if request.method == "GET":
        return _page(found, [], {})
    rows, wrong = read_rows(found, request.form.get("rows", ""))
    errors = {"rows": wrong} if wrong else {}
    decision = _decision(errors)
    if decision is None or errors:
        return _page(found, rows, errors), 422
    sure = request.form.get("act") == "decide"
    if _decided(found, rows, decision, keep=sure) and sure:
        said = ngettext("%(num)d row is decided.", "%(num)d rows are decided.", len(rows))
        flash(said, "success")
        return redirect(url_for("parameters.table", name=found.name), 303)
    ready = not any(row.wrong for row in rows)
    return _page(found, rows, errors, ready=ready), 200 if ready else 422


def _decided(found: Table, rows: list[PastedRow], decision: Decision, *, keep: bool) -> bool:
    """Whether every row can be decided; all of them are kept, or none."""
    try:
        with transaction(engine()) as writer:
            now = engine().clock.now()
            good = decide_rows(writer, found, rows, decision, by=current().actor.id, now=now)
            if not (good and keep):
                raise _Trial
    except _Trial:
        return good
    return True


def _decision(errors: dict[str, str]) -> Decision | None:
    days: dict[str, date] = {}
    for name in ("valid_from", "decided_on"):
        try:
            days[name] = read_date(request.form.get(name, ""))
        except Misread:
            errors[name] = _("Enter a date, for example 1/1/2027.")
    by = read_text(request.form.get("decided_by", ""), lines=False)[:120]
    if not by:
        errors["decided_by"] = _("Say who decided it, for example the assembly.")
    if errors:
        return None
    today = current_day()
    if days["valid_from"] < today and not request.form.get("past"):
        errors["past"] = _("This day is past. What was done since then stays as it is: tick if you want that.")
        return None
    return Decision(days["valid_from"], by, days["decided_on"])


def _page(found: Table, rows: list[PastedRow], errors: dict[str, str], *, ready: bool = False) -> str:
    heading = [_("Key"), *(column_label(column) for column in found.columns)]
    return render_template(
        "parameters/paste.html",
        table=found,
        title=table_label(found),
        heading=heading,
        rows=rows,
        errors=errors,
        ready=ready,
        given=request.form,
        today=current_day().isoformat(),
    )
