"""The two halves of a signed link: a GET that shows a button and changes nothing, and the POST that opens the case."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from flask import Blueprint, Response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import Actor
from engine.engine import Engine
from engine.models import ProcessInstance, Subscription
from engine.transaction import reading, transaction
from webapp.auth import TOKEN, engine, public, settings
from webapp.inbox.expired import HELD
from webapp.limits import limited
from webapp.links import confirming, readers, tokens
from webapp.viewer import LINK
from webapp.words import _
from workflows.association import link_lives, mails
from workflows.association.case_variables import local_day

blueprint = Blueprint("links", __name__, template_folder="templates")
CONFIRMED = "email_confirmed"


@blueprint.after_request
def keep_address_secret(response: Response) -> Response:
    """The token is in the address: no other site may learn it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.get("/l/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """Asks to go on. Mail scanners fetch this page; nothing happens by it."""
    with reading(engine()) as reader:
        link = tokens.find(reader, token, engine().clock.now())
        if link is None:
            return _expired(reader, token), 404
        if link.used_at is not None and session.get(LINK) == str(link.id):
            return redirect(url_for("journey.page", instance_id=link.instance_id), 303)
        if link.used_at is not None:
            return _used(reader, link, token)
        return render_template(
            "links/open.html", token=token, asked=confirming.asked(reader, link.actor, link.instance_id)
        )


@blueprint.post("/l/<token>")
@public
@limited("30 per minute")
def open_case(token: str) -> ResponseReturnValue:
    """Uses the link up, confirms the e-mail address where the case waits for that, and goes to the journey."""
    now = engine().clock.now()
    with transaction(engine()) as writer:
        link = tokens.find(writer, token, now)
        if link is None:
            return _expired(writer, token), 404
        if not tokens.consume(writer, link, now, life_of(writer, engine(), link_lives.JOURNEY)) and session.get(
            LINK
        ) != str(link.id):
            return _used(writer, link, token), 409
        confirm_address(writer, engine(), link)
    kept = {name: session[name] for name in ("lang", TOKEN) if name in session}
    page = url_for("journey.page", instance_id=link.instance_id)
    held = str(session.get(HELD, ""))
    session.clear()
    session.update(kept)
    session[LINK] = str(link.id)
    session.permanent = True
    return redirect(held if held.startswith(f"{page}/") else page, 303)


@blueprint.post("/l/<token>/again")
@public
@limited("5 per hour")
def send_again(token: str) -> ResponseReturnValue:
    """Mails a fresh link to where this one was sent: whoever has a used or an expired link once had that mailbox."""
    with transaction(engine()) as writer:
        link = tokens.known(writer, token)
        reader = _whom_to_send(writer, link)
        if link is None or reader is None:
            return _expired(writer, token), 404
        mail_link(writer, engine(), link, reader, settings().public_url)
    return render_template("links/sent.html")


def mail_link(
    writer: Session, running: Engine, link: tokens.SignedLink, to: readers.LinkReader, public_url: str
) -> None:
    """Writes the mail with a fresh link. It belongs to the case of the link, and goes when that is erased."""
    kind = link_lives.JOURNEY if _awaited(writer, link) is None else link_lives.CONFIRMATION
    life = life_of(writer, running, kind)
    address = f"{public_url}/l/{tokens.issue(writer, running.clock.now(), link.instance_id, link.actor, life)}"
    with force_locale(to.lang):
        text = _("Here is your new link:\n\n%(address)s\n\nIt opens your file once, in one browser.", address=address)
        mail_id = mails.post(
            writer, running, to=to.address, subject=_("Your new link"), text=text, lang=to.lang, answering=True,
            key=f"link:{uuid4().hex}",
        )  # fmt: skip
    writer.get_one(mails.Mail, mail_id).instance_id = link.instance_id


def _used(reader: Session, link: tokens.SignedLink, token: str) -> str:
    again = readers.reader_of(reader, link.actor) is not None
    return render_template("links/used.html", token=token, again=again)


def _expired(reader: Session, token: str) -> str:
    """What to do instead: ask for a new link, begin again where the case is over, or look for the whole address."""
    link = tokens.known(reader, token)
    again = _whom_to_send(reader, link) is not None
    return render_template("links/expired.html", token=token, again=again, over=link is not None and not again)


def _whom_to_send(reader: Session, link: tokens.SignedLink | None) -> readers.LinkReader | None:
    """Who gets a new link for this one; None where there is no such link, or its case has ended or was forgotten."""
    if link is None or reader.get_one(ProcessInstance, link.instance_id).ended_at is not None:
        return None
    return readers.reader_of(reader, link.actor)


def life_of(session: Session, running: Engine, kind: str) -> timedelta:
    """How long a link of this kind works that is sent now."""
    return link_lives.life(session, kind, local_day(running.clock.now(), running.settings.zone))


def _awaited(session: Session, link: tokens.SignedLink) -> str | None:
    """The key by which the case waits to hear that the address was confirmed; None where it does not."""
    waits = select(Subscription.key).where(
        Subscription.instance_id == link.instance_id, Subscription.name == CONFIRMED, Subscription.kind == "message"
    )
    return session.scalars(waits).first()


def confirm_address(writer: Session, running: Engine, link: tokens.SignedLink) -> None:
    """Tells a case that waits for it that the mail arrived where it should."""
    key = _awaited(writer, link)
    if key is not None:
        commands.correlate_message(
            writer, running, CONFIRMED, key, source="link", message_id=str(link.id), by=Actor(link.actor, "")
        )
