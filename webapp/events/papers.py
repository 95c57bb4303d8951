"""The papers of an event as PDF, as things stand: what permits ask for, contract templates, the sign-in sheet."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from engine.transaction import reading
from webapp.auth import current, current_day, engine, settings, signed_in
from webapp.events.found import own_event
from webapp.events.welcome import open_event
from webapp.house import association_of
from webapp.words import language
from workflows.association.events import papers
from workflows.association.settings import Association

blueprint = Blueprint("event_papers", __name__, url_prefix="/events/<key>")


@blueprint.get("/permit/<kind>.pdf")
@signed_in
def permit(key: str, kind: str) -> ResponseReturnValue:
    """The letter of a permit, for who runs the event. Raises EventUnknown, NotFound."""
    with reading(engine()) as reader:
        event = own_event(reader, key)
        made = papers.permit(reader, _house(), event, kind.upper()[:10], language(), current_day())
    return _sent(made, f"{kind[:10]}-{key.lower()}.pdf")


@blueprint.get("/contract/<name>.pdf")
@signed_in
def contract(key: str, name: str) -> ResponseReturnValue:
    """A contract template, for who runs the event. Raises EventUnknown, NotFound."""
    with reading(engine()) as reader:
        event = own_event(reader, key)
        made = papers.contract(reader, _house(), event, name, language(), current_day())
    return _sent(made, f"contract-{name[:10]}-{key.lower()}.pdf")


@blueprint.get("/list/sign-in.pdf")
@signed_in
def sign_in(key: str) -> ResponseReturnValue:
    """The sheet on which people sign, on the days of the list alone. Raises EventUnknown, NotFound."""
    with reading(engine()) as reader:
        event = open_event(reader, key)
        held = papers.next_date(reader, event, current_day())
        if held is None:
            raise NotFound(kind="list", id=key[:40])
        made = papers.sign_in(reader, _house(), event, held, current().name, language(), current_day())
    return _sent(made, f"sign-in-{key.lower()}.pdf")


def _house() -> Association:
    return association_of(settings(), engine().clock)


def _sent(made: bytes | None, name: str) -> ResponseReturnValue:
    """The paper as a file of its own name. Raises NotFound where there is none."""
    if made is None:
        raise NotFound(kind="document", id=name[:40])
    answer = send_file(BytesIO(made), mimetype="application/pdf", download_name=name, etag=False)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
