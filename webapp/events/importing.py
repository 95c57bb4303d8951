"""A calendar of events brought along from a file: looked at line by line, carried out, taken back."""

from __future__ import annotations

import base64
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.errors import Invalid, NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, engine, role
from webapp.errors import in_words
from webapp.events.office import MOVERS
from webapp.limits import limited
from webapp.words import _, language, ngettext
from workflows.association import people
from workflows.association.events import bringing
from workflows.association.events.bringing import IN_USE, KNOWN, NEW, OVER, TAKEN_BACK, Planned
from workflows.association.import_log import RecordImport

blueprint = Blueprint("event_import", __name__, template_folder="templates", url_prefix="/events-office/import")
# Bytes of a file, which the page carries from the look to the deed: as base64, less than Flask takes of a form.
LARGEST: Final = 350_000
USUAL: Final = "20"  # people expected, until somebody says otherwise


@blueprint.get("")
@role(*MOVERS)
def page() -> str:
    """The form, and what was brought along before."""
    return _form()


def _form(refused: Invalid | None = None) -> str:
    """The form as it was sent, where it is refused: also its file, which the browser does not choose a second time."""
    with reading(engine()) as reader:
        made = bringing.made(reader)
        names = people.names_of(reader, [UUID(each.by.removeprefix("person:")) for each in made])
        done = [(each, names.get(UUID(each.by.removeprefix("person:")), "—")) for each in made]
        return render_template(
            "events/import.html", done=done, wrong=in_words(refused) if refused else "",
            field=(refused.params.get("field") if refused else None) or "file",
            expected=request.form.get("expected", USUAL), declared=request.form.get("declared") == "yes", **_carried(),
        )  # fmt: skip


def _carried() -> dict[str, str]:
    """The file that was sent, for a hidden field; nothing where it is no file that could be taken."""
    body, name = _file()
    kept = 0 < len(body) <= LARGEST
    return {"body": base64.b64encode(body).decode() if kept else "", "name": name if kept else ""}


@blueprint.post("")
@role(*MOVERS)
@limited("60 per hour")
def look() -> ResponseReturnValue:
    """What the file would bring, line by line; nothing is written."""
    try:
        body, name, expected = _sent()
        with reading(engine()) as reader:
            planned = bringing.plan(reader, body, name, expected, current().person_id, engine().clock.now())
    except Invalid as refused:
        return _form(refused), 422
    return render_template(
        "events/import_look.html", rows=[_row(each) for each in planned], name=name, expected=expected,
        new=sum(each.what == NEW for each in planned), body=base64.b64encode(body).decode(),
    )  # fmt: skip


def _file() -> tuple[bytes, str]:
    """The file that was chosen, else the one that the page carries, and its name."""
    file = request.files.get("file")
    if file is not None and file.filename:
        file.stream.seek(0)
        return file.stream.read(LARGEST + 1), file.filename[:200]
    try:
        return base64.b64decode(request.form.get("body", ""), validate=True), request.form.get("name", "")[:200]
    except ValueError:  # no base64, or a letter that is none of it at all
        return b"", ""


def _sent() -> tuple[bytes, str, int]:
    """The file, its name, and how many people are awaited where it does not say. Raises CalendarUnreadable."""
    body, name = _file()
    expected = request.form.get("expected", type=int) or 0
    if not body or len(body) > LARGEST:
        raise bringing.FileMissing(most=LARGEST // 1000, field="file")
    if not 1 <= expected <= 5_000:
        raise bringing.NumberUnreadable(number=request.form.get("expected", "")[:20], field="expected")
    if request.form.get("declared") != "yes":
        raise bringing.NotDeclared(field="declared")
    return body, name, expected


def _row(planned: Planned) -> tuple[Planned, str]:
    if planned.refused is not None:
        return planned, in_words(planned.refused)
    return planned, _("is there already: left as it is") if planned.what == KNOWN else _("will be proposed")


@blueprint.post("/bring")
@role(*MOVERS)
@limited("20 per hour")
def bring() -> ResponseReturnValue:
    """Proposes every new event of the file that was looked at; what cannot be read stays out."""
    try:
        body, name, expected = _sent()
        with transaction(engine()) as writer:
            now, actor = engine().clock.now(), current().actor
            planned = bringing.plan(writer, body, name, expected, current().person_id, now)
            count = sum(each.what == NEW for each in planned)
            if count:
                bringing.carry_out(writer, engine(), planned, body, name, actor)
    except Invalid as refused:
        return _form(refused), 422
    if count:
        flash(ngettext("%(num)d event was proposed.", "%(num)d events were proposed.", count), "success")
    else:
        flash(_("Nothing was proposed: the events of this file are there already, or stay out."), "info")
    return redirect(url_for("event_import.page"), 303)


@blueprint.post("/<uuid:import_id>/undo")
@role(*MOVERS)
@limited("20 per hour")
def undo(import_id: UUID) -> ResponseReturnValue:
    """Calls off what nobody registered for. Raises NotFound."""
    with transaction(engine()) as writer:
        _known(writer, import_id)
        notice = _("This event was brought along from a file by mistake.")
        bringing.take_back(writer, engine(), import_id, notice, current().actor)
    return redirect(url_for("event_import.undone", import_id=import_id), 303)


@blueprint.get("/<uuid:import_id>")
@role(*MOVERS)
def undone(import_id: UUID) -> str:
    """What became of each event of an import that was taken back. Raises NotFound."""
    said = {
        TAKEN_BACK: _("taken back"), IN_USE: _("stays: people have registered; call it off on its page"),
        OVER: _("was over, refused or called off already"),
    }  # fmt: skip
    with reading(engine()) as reader:
        done = _known(reader, import_id)
        if done.undone_at is None:
            raise NotFound(kind="import", id=str(import_id))
        rows = [(event.key, event.title(language()), said[what]) for event, what in bringing.became(reader, done)]
        return render_template("events/import_undone.html", done=done, rows=rows)


def _known(session: Session, import_id: UUID) -> RecordImport:
    found = session.get(RecordImport, import_id)
    if found is None or found.kind != bringing.KIND:
        raise NotFound(kind="import", id=str(import_id))
    return found
