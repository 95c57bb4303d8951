"""Bank files in and out, for the accounts: statements are read, debits collected, what nobody knows is decided."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from io import BytesIO
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, send_file, session, url_for
from flask.typing import ResponseReturnValue

from engine.errors import Invalid, NotFound
from engine.transaction import reading, transaction
from webapp.assembly import association_of
from webapp.auth import current, engine, role, settings
from webapp.errors import in_words
from webapp.finance.wording import booked, said_of
from webapp.words import _, language, ngettext
from workflows.association.bank import accounts, debits, intake, reasons
from workflows.association.bank.debits import SentFile
from workflows.association.bank.files import MAX_BYTES
from workflows.association.case_variables import local_day

blueprint = Blueprint("finance", __name__, template_folder="templates", url_prefix="/finance")


@blueprint.get("/bank")
@role("FINANCE")
def bank() -> str:
    """What waits for a decision, what is planned, what was read and made."""
    with reading(engine()) as reader:
        return render_template(
            "finance/bank.html",
            lines=accounts.unmatched(reader),
            aside=accounts.aside(reader),
            statements=accounts.recent(reader),
            promised=debits.promised(reader),
            files=debits.files(reader),
            reason_of=partial(reasons.words, lang=language()),
            today=local_day(engine().clock.now(), engine().settings.zone),
        )


@blueprint.post("/bank/statements")
@role("FINANCE")
def read_statement() -> ResponseReturnValue:
    """Reads a file of the bank and books what is certain."""
    sent = request.files.get("statement")
    if sent is None or not sent.filename:
        flash(_("Choose a file first."), "error")
        return _back()
    data, name = sent.stream.read(MAX_BYTES + 1), sent.filename[:120]
    with _said_in_place(), transaction(engine()) as writer:
        for sentence in said_of(intake.take_in(writer, engine(), data, name=name, by=current().actor)):
            flash(sentence, "info")
    return _back()


@blueprint.post("/bank/lines/<uuid:line_id>/assign")
@role("FINANCE")
def assign(line_id: UUID) -> ResponseReturnValue:
    """Books a line for the order that a person names."""
    with _said_in_place(), transaction(engine()) as writer:
        line = intake.assign(writer, engine(), line_id, request.form.get("order_key", ""), by=current().actor)
        flash(booked(writer, line, request.form.get("order_key", "")), "success")
    return _back()


@blueprint.post("/bank/lines/<uuid:line_id>/set-aside")
@role("FINANCE")
def set_aside(line_id: UUID) -> ResponseReturnValue:
    """The line pays nothing of ours."""
    with transaction(engine()) as writer:
        intake.set_aside(writer, engine(), line_id, by=current().actor)
    flash(_("The line is set aside."), "info")
    return _back()


@blueprint.post("/bank/lines/<uuid:line_id>/take-up")
@role("FINANCE")
def take_up(line_id: UUID) -> ResponseReturnValue:
    """A line that was set aside waits again."""
    with transaction(engine()) as writer:
        intake.take_up(writer, line_id)
    flash(_("The line waits again."), "info")
    return _back()


@blueprint.post("/bank/collections")
@role("FINANCE")
def collect() -> ResponseReturnValue:
    """Writes the collection file of what is due up to a day."""
    try:
        until = date.fromisoformat(request.form.get("until", ""))
    except ValueError:
        flash(_("Enter the last day of the collection."), "error")
        return _back()
    association, now = association_of(settings(), engine().clock), engine().clock.now()
    with _said_in_place(), transaction(engine()) as writer:
        made = debits.collect(writer, association, until=until, by=current().actor.id, now=now)
        said = ngettext("The file is ready: %(num)d debit.", "The file is ready: %(num)d debits.", made.debits)
        flash(said, "info")
    return _back()


@blueprint.get("/bank/collections/<uuid:file_id>.xml")
@role("FINANCE")
def collection(file_id: UUID) -> ResponseReturnValue:
    """The collection file as it was made."""
    with reading(engine()) as reader:
        found = reader.get(SentFile, file_id)
        if found is None:
            raise NotFound(kind="collection file", id=str(file_id))
        answer = send_file(
            BytesIO(found.body), mimetype="application/xml", as_attachment=True,
            download_name=f"{found.message_id}.xml", etag=False,
        )  # fmt: skip
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@contextmanager
def _said_in_place() -> Iterator[None]:
    """What is refused is said on the page itself: nothing was booked, and the person goes on from there."""
    try:
        yield
    except Invalid as error:
        session.pop("_flashes", None)  # what was said before the refusal did not happen
        flash(in_words(error), "error")


def _back() -> ResponseReturnValue:
    return redirect(url_for("finance.bank"), 303)
