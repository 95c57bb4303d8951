"""Addresses of the parameter pages: look at a table, decide a row, end it, withdraw it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.errors import AmicaleError, Conflict, Invalid, NotFound, Refused
from engine.transaction import reading, transaction
from forms.readings import Misread, read_date
from webapp.auth import current, current_day, engine, role
from webapp.dates import day
from webapp.errors import in_words
from webapp.parameters import page
from webapp.parameters.cases import running, starts
from webapp.parameters.typed import Typed, filled
from webapp.parameters.wording import about, table_label
from webapp.words import _, language
from workflows.association import parameters
from workflows.association.parameters import ParameterRow, Table

blueprint = Blueprint("parameters", __name__, template_folder="templates", url_prefix="/parameters")


@blueprint.get("")
@role(*page.SEERS)
def tables() -> str:
    """Every table."""
    with reading(engine()) as reader:
        return render_template("parameters/tables.html", cards=page.cards(reader, current_day(), current()))


@blueprint.get("/<name>")
@role(*page.SEERS)
def table(name: str) -> str:
    """One table: what is in force, what comes, what was."""
    found = parameters.table_named(name)
    if not page.may_see(current(), found):
        raise Refused(action="see", kind="parameter table")
    with reading(engine()) as reader:
        began = starts(reader, engine(), found)
        return render_template(
            "parameters/table.html",
            table=found,
            title=table_label(found),
            about=about(found),
            keys=page.keys(reader, found, current_day(), began or ()),
            read_by_cases=began is not None,
            story=page.story(reader, found),
            may_decide=page.may_decide(current(), found),
        )


@blueprint.route("/<name>/decide", methods=["GET", "POST"])
@role(*page.SEERS)
def decide(name: str) -> ResponseReturnValue:
    """Asks for a row and the day from which it holds; then decides it."""
    found = _to_change(name)
    key = request.values.get("key", "").strip()
    if request.method == "GET":
        with reading(engine()) as reader:
            now = _in_force(reader, found, key)
            return _decision(reader, found, key, Typed(found, filled(found, now, current_day()), current_day()))
    given = Typed(found, request.form, current_day())
    given.read()
    refused = None
    if not given.errors:
        refused = _decided(found, key, given)
        if refused is None:
            return redirect(url_for("parameters.table", name=found.name, _anchor=f"key-{key}"), 303)
    with reading(engine()) as reader:
        status = 409 if isinstance(refused, Conflict) else 422
        return _decision(reader, found, key, given, refused), status


def _decided(found: Table, key: str, given: Typed) -> AmicaleError | None:
    """Decides the row; answers what refused it."""
    first = given.day("valid_from")
    decided_on = given.day("decided_on")
    assert first is not None and decided_on is not None
    try:
        with transaction(engine()) as writer:
            parameters.decide(
                writer, found, key, given.values, valid_from=first, valid_to=given.day("valid_to"),
                decided_by=given.text("decided_by"), decided_on=decided_on, now=engine().clock.now(),
                by=current().actor.id, applies_to_running=given.flag("applies_to_running"), succeeds=True,
                label_fr=given.text("label_fr"), label_en=given.text("label_en"), language=language(),
                seen=given.given.get("seen"),
            )  # fmt: skip
    except (Conflict, Invalid) as error:
        name = str(error.params.get("field", ""))
        given.errors[f"v_{name}" if name in found.by_name else name] = in_words(error)
        return error
    flash(_("Decided: it holds from %(day)s.", day=day(first)), "success")
    return None


def _decision(reader: Session, found: Table, key: str, given: Typed, refused: AmicaleError | None = None) -> str:
    now = _in_force(reader, found, key)
    return render_template(
        "parameters/decide.html",
        table=found,
        title=table_label(found),
        key=key,
        added=found.first_row(key) is None and now is None,
        label=now.label(language()) if now is not None else key,
        now=None if now is None else page.row_view(found, now),
        given=given,
        refused=None if refused is None else in_words(refused),
        running=running(reader, engine(), found, given.day("valid_from") or current_day()),
        seen=parameters.state_of(reader, found.name, key),
    )


@blueprint.route("/rows/<uuid:row_id>/end", methods=["GET", "POST"])
@role(*page.SEERS)
def end(row_id: UUID) -> ResponseReturnValue:
    """Asks for the last day of a row; then ends it."""
    wrong = ""
    if request.method == "POST":
        try:
            last = read_date(request.form.get("last", ""))
            with transaction(engine()) as writer:
                row, found = _row(writer, row_id)
                parameters.end(writer, row_id, last, now=engine().clock.now(), by=current().actor.id, rev=_rev(row))
            flash(_("It ends on %(day)s.", day=day(last)), "success")
            return _back(found)
        except Misread:
            wrong = _("Enter a date, for example 1/1/2027.")
        except Invalid as error:
            wrong = in_words(error)
    return _about_row("parameters/end.html", row_id, wrong)


@blueprint.route("/rows/<uuid:row_id>/withdraw", methods=["GET", "POST"])
@role(*page.SEERS)
def withdraw(row_id: UUID) -> ResponseReturnValue:
    """Asks why a row is undone, and for a confirmation where it was in force; then withdraws it."""
    wrong = ""
    if request.method == "POST":
        with transaction(engine()) as writer:
            row, found = _row(writer, row_id)
            if row.valid_from > current_day() or request.form.get("sure"):
                parameters.withdraw(
                    writer, row_id, now=engine().clock.now(), by=current().actor.id, rev=_rev(row),
                    reason=request.form.get("reason", ""),
                )  # fmt: skip
                flash(_("The row is withdrawn. It stays on record below."), "success")
                return _back(found)
        wrong = _("This row has been in force: tick that you know what stays as it is.")
    return _about_row("parameters/withdraw.html", row_id, wrong, delivered=False)


def _about_row(template: str, row_id: UUID, wrong: str, *, delivered: bool = True) -> ResponseReturnValue:
    """The page that asks something about a row; `delivered`: also about one that came with the product."""
    with reading(engine()) as reader:
        row, found = _row(reader, row_id)
        every = {each.id: each for each in parameters.every_row(reader, found)}
        if row.id not in every:
            raise parameters.RowChanged(key=row.key)
        if row.valid_from == parameters.BEGINNING and not delivered:
            raise parameters.RowDelivered(key=row.key)
        begun = row.valid_from <= current_day()
        shown = render_template(
            template, table=found, title=table_label(found), row=row, label=every[row.id].label(language()),
            view=page.row_view(found, every[row.id], current_day()), begun=begun, wrong=wrong,
            last=row.valid_to.isoformat() if row.valid_to else "",
        )  # fmt: skip
    return shown, 422 if wrong else 200


def _row(session: Session, row_id: UUID) -> tuple[ParameterRow, Table]:
    """The row, if this person may change it. Raises NotFound, Refused."""
    row = session.get(ParameterRow, row_id)
    if row is None:
        raise NotFound(kind="parameter row", id=str(row_id))
    return row, _to_change(row.table)


def _to_change(name: str) -> Table:
    """The table, if this person may change it. Raises TableUnknown, Refused."""
    found = parameters.table_named(name)
    if not page.may_decide(current(), found):
        raise Refused(action="change", kind="parameter table")
    return found


def _rev(row: ParameterRow) -> int:
    """The revision that the person looked at. A form without it is as good as an old one."""
    seen = request.form.get("rev", "")
    return int(seen) if seen.isdecimal() and len(seen) < 9 else row.rev - 1


def _in_force(session: Session, found: Table, key: str) -> parameters.DatedRow | None:
    return next((row for row in parameters.rows(session, found, on=current_day()) if row.key == key), None)


def _back(found: Table) -> ResponseReturnValue:
    return redirect(url_for("parameters.table", name=found.name), 303)
