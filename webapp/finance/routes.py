"""Bank files in and out, for the accounts: statements are read, debits collected, what nobody knows is decided.

The association and the Foundation have each their own page: neither sees the lines of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial, update_wrapper
from io import BytesIO
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, render_template, request, send_file
from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, current_day, engine, role
from webapp.finance import lines
from webapp.finance.desks import Desk, back, said_in_place
from webapp.finance.wording import said_of
from webapp.words import _, language, ngettext
from workflows.association.bank import accounts, creditors, debits, intake, reasons, uncollectable
from workflows.association.bank.debits import SentFile
from workflows.association.bank.files import MAX_BYTES
from workflows.association.orders import ASSOCIATION, FOUNDATION


def bank(desk: Desk) -> str:
    """What waits for a decision, what is planned, what was read and made."""
    today = current_day()
    with reading(engine()) as reader:
        return render_template(
            "finance/bank.html",
            entity=desk.entity,
            account=creditors.creditor(reader, desk.entity, today),
            lines=accounts.unmatched(reader, desk.entity),
            waiting=accounts.count_unmatched(reader, desk.entity),
            aside=accounts.aside(reader, desk.entity),
            outgoing=accounts.outgoing(reader, desk.entity),
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
        return back(desk)
    data, name = sent.stream.read(MAX_BYTES + 1), sent.filename[:120]
    with said_in_place(), transaction(engine()) as writer:
        took = intake.take_in(writer, engine(), data, entity=desk.entity, name=name, by=current().actor)
        for sentence in said_of(took):
            flash(sentence, "info")
    return back(desk)


def collect(desk: Desk) -> ResponseReturnValue:
    """Writes the collection file of what is due up to a day."""
    try:
        until = date.fromisoformat(request.form.get("until", ""))
    except ValueError:
        flash(_("Enter the last day of the collection."), "error")
        return back(desk)
    now, zone = engine().clock.now(), engine().settings.zone
    with said_in_place(), transaction(engine()) as writer:
        made = debits.collect(writer, desk.entity, until=until, by=current().actor.id, now=now, zone=zone)
        said = ngettext("The file is ready: %(num)d debit.", "The file is ready: %(num)d debits.", made.debits)
        flash(said, "info")
    return back(desk)


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


ROUTES: Final[Sequence[tuple[str, str, Callable[..., ResponseReturnValue]]]] = (
    ("GET", "/bank", bank),
    ("POST", "/bank/statements", read_statement),
    *lines.ROUTES,
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
