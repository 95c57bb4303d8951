"""Guides of a mentorship: to read on a page, and as PDF to keep or to print."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, render_template, send_file
from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from engine.transaction import reading
from webapp.auth import current_day, engine, settings, signed_in
from webapp.house import association_of
from webapp.words import language
from workflows.association.mentoring import guides

blueprint = Blueprint("mentoring_guides", __name__, template_folder="templates", url_prefix="/mentoring-guides")


@blueprint.get("/")
@signed_in
def listing() -> str:
    """All of them, in the order of a mentorship."""
    with reading(engine()) as reader:
        found = guides.titles(reader, language(), current_day())
    return render_template("mentoring/guides.html", guides=found)


@blueprint.get("/<topic>")
@signed_in
def guide(topic: str) -> str:
    """One guide. Raises NotFound."""
    with reading(engine()) as reader:
        title, blocks = guides.read(reader, _known(topic), language(), current_day())
    return render_template("mentoring/guide.html", topic=topic, title=title, blocks=blocks)


@blueprint.get("/<topic>.pdf")
@signed_in
def document(topic: str) -> ResponseReturnValue:
    """The same as PDF. Raises NotFound."""
    today = current_day()
    with reading(engine()) as reader:
        made = guides.document(reader, association_of(settings(), engine().clock), _known(topic), language(), today)
    return send_file(BytesIO(made), mimetype="application/pdf", download_name=f"{topic}.pdf", etag=False)


def _known(topic: str) -> str:
    if topic not in guides.KEYS:
        raise NotFound(kind="page", id=topic[:40])
    return topic
