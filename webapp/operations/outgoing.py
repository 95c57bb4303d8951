"""What may leave the house: the banner while nothing does, and the page on which an administrator opens it again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine.assignment import ADMIN
from engine.muting import held_back, mute, muted, unmute
from engine.transaction import reading, transaction
from webapp.auth import current, engine, role, visitor
from webapp.operations.effects import kinds
from webapp.words import _

blueprint = Blueprint("outgoing", __name__, template_folder="templates", url_prefix="/operations/outgoing")


@blueprint.app_context_processor
def banner() -> dict[str, object]:
    """Lets the layout ask whether nothing leaves: on the pages of those who work here."""
    return {"nothing_leaves": nothing_leaves}


def nothing_leaves() -> bool:
    """Whether the reader of this page works here and mails, webhooks and payments are held back."""
    person = visitor()
    if person is None or not person.staff:
        return False
    with reading(engine()) as reader:
        return muted(reader) is not None


@blueprint.get("")
@role(ADMIN)
def page() -> ResponseReturnValue:
    """Whether work leaves the house, and what waits to."""
    with reading(engine()) as reader:
        waiting = held_back(reader, engine().clock.now())
        return render_template("operations/outgoing.html", muted=muted(reader), waiting=waiting, kinds=kinds())


@blueprint.post("/open")
@role(ADMIN)
def open_all() -> ResponseReturnValue:
    """Lets everything leave, the longest due first."""
    with transaction(engine()) as writer:
        opened = unmute(writer)
    if opened:
        flash(_("Mails, webhooks and payments leave again."), "success")
    return redirect(url_for("outgoing.page"), 303)


@blueprint.post("/hold")
@role(ADMIN)
def hold_all() -> ResponseReturnValue:
    """Lets nothing leave from now on."""
    with transaction(engine()) as writer:
        mute(writer, engine(), current().actor.id)
    flash(_("Nothing leaves any more."), "info")
    return redirect(url_for("outgoing.page"), 303)
