"""The mails of the demonstration, the latest first, and one of them as its reader sees it."""

from __future__ import annotations

import re
from uuid import UUID

from flask import Blueprint, render_template, request
from markupsafe import Markup, escape
from sqlalchemy import or_, select

from engine.errors import NotFound
from engine.transaction import reading
from webapp import auth
from webapp.auth import public
from webapp.mailbox.bodies import cleaned
from workflows.association.mails import Mail

blueprint = Blueprint("mailbox", __name__, template_folder="templates", url_prefix="/mailbox")

SHOWN = 100
ADDRESS = re.compile(r"https?://[^\s<>\"')]+[^\s<>\"').,;:!?]")


@blueprint.app_context_processor
def mailbox_shown() -> dict[str, object]:
    """Tells the layout that there is a mailbox to link to."""
    return {"mailbox_shown": True}


@blueprint.get("/")
@public
def mails() -> str:
    """The latest mails, those to one address where `to` says so."""
    to = request.args.get("to", "").strip()[:254]
    query = select(Mail).order_by(Mail.created_at.desc(), Mail.id.desc()).limit(SHOWN)
    if to:
        query = query.where(or_(Mail.to_address == to, Mail.to_address == to.casefold()))
    with reading(auth.engine()) as reader:
        return render_template("mailbox/mails.html", mails=reader.scalars(query).all(), to=to)


@blueprint.get("/<uuid:mail_id>")
@public
def mail(mail_id: UUID) -> str:
    """One mail. Its HTML is cleaned; its text has links one can follow."""
    with reading(auth.engine()) as reader:
        found = reader.get(Mail, mail_id)
        if found is None:
            raise NotFound(kind="mail", id=str(mail_id))
        body = cleaned(found.html) if found.html else None
        return render_template("mailbox/mail.html", mail=found, body=body, text=with_links(found.text))


def with_links(text: str) -> Markup:
    """A plain text, escaped, with its addresses made into links."""
    made, end = [], 0
    for match in ADDRESS.finditer(text):
        address = escape(match.group())
        made += [escape(text[end : match.start()]), Markup('<a class="govuk-link" href="{0}">{0}</a>').format(address)]
        end = match.end()
    return Markup("").join([*made, escape(text[end:])])
