"""The signature on tax receipts: handed in and taken back by the Foundation's treasurer, who signs them."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from engine.errors import Invalid, NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, engine, role
from webapp.errors import in_words
from webapp.gifts.desk import ROLES
from webapp.limits import limited
from webapp.operations.names import names_of
from webapp.words import _
from workflows.association.case_variables import local_day
from workflows.association.gifts import signatures

SIGNATORY = "FOUNDATION_TREASURER"
blueprint = Blueprint("gift_signature", __name__, template_folder="templates", url_prefix="/foundation/signature")


@blueprint.get("")
@role(*ROLES)
def page() -> str:
    """Which signature receipts bear today, and which they bore."""
    now = engine().clock.now()
    with reading(engine()) as reader:
        name = signatures.signatory(reader, local_day(now, engine().settings.zone))
        past = signatures.history(reader)
        return render_template(
            "gifts/signature.html",
            signatory=name,
            standing=signatures.standing(reader, name, now),
            past=past,
            names=names_of(reader, [each.given_by for each in past]),
            may_sign=SIGNATORY in current().roles,
        )


@blueprint.get("/picture")
@role(*ROLES)
def picture() -> ResponseReturnValue:
    """The picture that stands. 404 where none does."""
    now = engine().clock.now()
    with reading(engine()) as reader:
        name = signatures.signatory(reader, local_day(now, engine().settings.zone))
        found = signatures.standing(reader, name, now)
        if found is None:
            raise NotFound(kind="signature", id=name)
        answer = send_file(BytesIO(found.body), mimetype="image/png", etag=False)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("")
@role(SIGNATORY)
@limited("30 per hour")
def give() -> ResponseReturnValue:
    """Receipts bear this picture from now on."""
    sent, now = request.files.get("picture"), engine().clock.now()
    if sent is None or not sent.filename:
        flash(_("Choose a file first."), "error")
        return _back()
    data = sent.stream.read(signatures.MAX_BYTES + 1)
    try:
        with transaction(engine()) as writer:
            name = signatures.signatory(writer, local_day(now, engine().settings.zone))
            signatures.give(writer, data, name=name, by=current().actor.id, now=now)
        flash(_("Receipts bear this signature from now on."), "success")
    except Invalid as problem:
        flash(in_words(problem), "error")
    return _back()


@blueprint.post("/end")
@role(SIGNATORY)
def take_back() -> ResponseReturnValue:
    """Receipts bear the name alone from now on."""
    with transaction(engine()) as writer:
        signatures.take_back(writer, by=current().actor.id, now=engine().clock.now())
    flash(_("Receipts bear the name alone from now on."), "info")
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(url_for("gift_signature.page"), 303)
