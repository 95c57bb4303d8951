"""Bank files in and out, for the accounts: statements are read, debits collected, what nobody knows is decided.

The association and the Foundation have each their own page: neither sees the lines of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial, update_wrapper
from io import BytesIO
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, send_file, session, url_for
from flask.typing import ResponseReturnValue

from engine.errors import Invalid, NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, engine, role
from webapp.errors import in_words
from webapp.finance.wording import booked, said_of
from webapp.words import _, language, ngettext
from workflows.association.bank import accounts, creditors, debits, intake, reasons, uncollectable
from workflows.association.bank.debits import SentFile
from workflows.association.bank.files import MAX_BYTES
from workflows.association.case_variables import local_day
from workflows.association.orders import ASSOCIATION, FOUNDATION


@dataclass(frozen=True, slots=True)
class Desk:
    """Who keeps the accounts of one legal person: the blueprint of their page, where it stands, their roles."""

    entity: str
    name: str
    prefix: str
    roles: tuple[str, ...]


def bank(desk: Desk) -> str:
    """What waits for a decision, what is planned, what was read and made."""
    today = local_day(engine().clock.now(), engine().settings.zone)
    with reading(engine()) as reader:
        return render_template(
            "finance/bank.html",
            entity=desk.entity,
            account=creditors.creditor(reader, desk.entity, today),
            lines=accounts.unmatched(reader, desk.entity),
            aside=accounts.aside(reader, desk.entity),
            statements=accounts.recent(reader, desk.entity),
            promised=debits.promised(reader, desk.entity),
            uncollectable=uncollectable.waiting(reader, desk.entity),
            files=debits.files(reader, desk.entity),
            reason_of=partial(reasons.words, lang=language()),
            today=today,
        )


def read_statement(desk: Desk) -> ResponseReturnValue:
    """Reads a file of the bank and books what is certain."""
    sent = request.files.get("statement")
    if sent is None or not sent.filename:
        flash(_("Choose a file first."), "error")
        return _back(desk)
    data, name = sent.stream.read(MAX_BYTES + 1), sent.filename[:120]
    with _said_in_place(), transaction(engine()) as writer:
        took = intake.take_in(writer, engine(), data, entity=desk.entity, name=name, by=current().actor)
        for sentence in said_of(took):
            flash(sentence, "info")
    return _back(desk)


def assign(desk: Desk, line_id: UUID) -> ResponseReturnValue:
    """Books a line for the order that a person names."""
    with _said_in_place(), transaction(engine()) as writer:
        key = request.form.get("order_key", "")
        line = intake.assign(writer, engine(), line_id, key, entity=desk.entity, by=current().actor)
        flash(booked(writer, line, key), "success")
    return _back(desk)


def set_aside(desk: Desk, line_id: UUID) -> ResponseReturnValue:
    """The line pays nothing of ours."""
    with transaction(engine()) as writer:
        intake.set_aside(writer, engine(), line_id, entity=desk.entity, by=current().actor)
    flash(_("The line is set aside."), "info")
    return _back(desk)


def take_up(desk: Desk, line_id: UUID) -> ResponseReturnValue:
    """A line that was set aside waits again."""
    with transaction(engine()) as writer:
        intake.take_up(writer, line_id, entity=desk.entity)
    flash(_("The line waits again."), "info")
    return _back(desk)


def collect(desk: Desk) -> ResponseReturnValue:
    """Writes the collection file of what is due up to a day."""
    try:
        until = date.fromisoformat(request.form.get("until", ""))
    except ValueError:
        flash(_("Enter the last day of the collection."), "error")
        return _back(desk)
    now, zone = engine().clock.now(), engine().settings.zone
    with _said_in_place(), transaction(engine()) as writer:
        made = debits.collect(writer, desk.entity, until=until, by=current().actor.id, now=now, zone=zone)
        said = ngettext("The file is ready: %(num)d debit.", "The file is ready: %(num)d debits.", made.debits)
        flash(said, "info")
    return _back(desk)


def collection(desk: Desk, file_id: UUID) -> ResponseReturnValue:
    """The collection file as it was made."""
    with reading(engine()) as reader:
        found = reader.get(SentFile, file_id)
        if found is None or found.entity != desk.entity:
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


def _back(desk: Desk) -> ResponseReturnValue:
    return redirect(url_for(f"{desk.name}.bank"), 303)


ROUTES: Final[Sequence[tuple[str, str, Callable[..., ResponseReturnValue]]]] = (
    ("GET", "/bank", bank),
    ("POST", "/bank/statements", read_statement),
    ("POST", "/bank/lines/<uuid:line_id>/assign", assign),
    ("POST", "/bank/lines/<uuid:line_id>/set-aside", set_aside),
    ("POST", "/bank/lines/<uuid:line_id>/take-up", take_up),
    ("POST", "/bank/collections", collect),
    ("GET", "/bank/collections/<uuid:file_id>.xml", collection),
)


def _pages_of(desk: Desk) -> Blueprint:
    """The same pages, for the people and the accounts of one legal person."""
    made = Blueprint(desk.name, __name__, template_folder="templates", url_prefix=desk.prefix)
    for method, rule, view in ROUTES:
        own = update_wrapper(partial(view, desk), view)
        made.add_url_rule(rule, view.__name__, role(*desk.roles)(own), methods=[method])
    return made


blueprint = _pages_of(Desk(ASSOCIATION, "finance", "/finance", ("FINANCE",)))
foundation = _pages_of(Desk(FOUNDATION, "foundation_bank", "/foundation", ("FOUNDATION_GIFTS", "FOUNDATION_TREASURER")))
