"""The page behind “stop receiving them” in a mail: one click, without signing in. RFC 8058."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.auth import engine, public, settings, webhook
from webapp.house import unsubscribe_links
from webapp.limits import limited
from workflows.association import people, preferences
from workflows.association.mail_guard import news_key
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
        mail, _reader = _mail_of(reader, token)
        keys = _keys(reader, mail)
    return render_template("privacy/unsubscribe.html", token=token, done=False, keys=keys)


@blueprint.post("/u/<token>")
@webhook
@limited("60 per minute")
def stop(token: str) -> ResponseReturnValue:
    """Stops the news at once: by the page's button, or by the mail program's own. A second time changes nothing."""
    with transaction(engine()) as writer:
        mail, person = _mail_of(writer, token)
        actor, keys = Actor(f"person:{person.id}", ""), _keys(writer, mail)
        answers = dict.fromkeys(keys, "NO")
        preferences.change(writer, engine(), person.id, answers, source="UNSUBSCRIBE_LINK", by=actor)
    return render_template("privacy/unsubscribe.html", token=token, done=True, keys=keys)


def _keys(session: Session, mail: Mail) -> set[str]:
    """What the news of a mail ask for, with those that travelled with it: each is refused where it was told."""
    head = mail.merged_into or mail.id
    query = select(Mail.template).where(Mail.kind == "news", or_(Mail.id == head, Mail.merged_into == head))
    return {news_key(each) for each in session.scalars(query)} | {news_key(mail.template)}


def _mail_of(session: Session, token: str) -> tuple[Mail, Person]:
    """A mail, and whose it was. Raises NotFound for a token that we did not sign, and for a reader who was erased."""
    mail_id = unsubscribe_links(settings()).read(token)
    mail = session.get(Mail, mail_id) if mail_id is not None else None
    person = people.get(session, mail.person_id) if mail is not None and mail.person_id is not None else None
    if mail is None or person is None or person.erased_on is not None:
        raise NotFound(kind="page", id="")
    return mail, person
