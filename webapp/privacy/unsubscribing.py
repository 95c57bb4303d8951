"""The page behind “stop receiving them” in a mail: one click, without signing in. RFC 8058."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.auth import engine, public, settings, webhook
from webapp.house import unsubscribe_links
from webapp.limits import limited
from workflows.association import people, preferences
from workflows.association.mails import Mail
from workflows.association.people import Person

blueprint = Blueprint("unsubscribing", __name__, template_folder="templates")


@blueprint.after_request
def keep_address_secret(response: Response) -> Response:
    """The token is in the address: no other site may learn it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.get("/u/<token>")
@public
def ask(token: str) -> ResponseReturnValue:
    """Asks whether to stop the news. Mail scanners fetch this page; nothing happens by it."""
    with reading(engine()) as reader:
        _reader_of(reader, token)
    return render_template("privacy/unsubscribe.html", token=token, done=False)


@blueprint.post("/u/<token>")
@webhook
@limited("60 per minute")
def stop(token: str) -> ResponseReturnValue:
    """Stops the news at once: by the page's button, or by the mail program's own. A second time changes nothing."""
    with transaction(engine()) as writer:
        person = _reader_of(writer, token)
        actor = Actor(f"person:{person.id}", "")
        preferences.change(writer, engine(), person.id, {"assoc_news": "NO"}, source="UNSUBSCRIBE_LINK", by=actor)
    return render_template("privacy/unsubscribe.html", token=token, done=True)


def _reader_of(session: Session, token: str) -> Person:
    """Whose mail it was. Raises NotFound for a token that we did not sign, and for a reader who was erased."""
    mail_id = unsubscribe_links(settings()).read(token)
    mail = session.get(Mail, mail_id) if mail_id is not None else None
    person = people.get(session, mail.person_id) if mail is not None and mail.person_id is not None else None
    if person is None or person.erased_on is not None:
        raise NotFound(kind="page", id="")
    return person
