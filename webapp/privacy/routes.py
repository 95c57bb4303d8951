"""One's own preferences and data. For the signed-in person alone."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.transaction import reading, transaction
from webapp.auth import current, engine, signed_in
from webapp.privacy.preferences import QUESTIONS, questions
from webapp.words import _, ngettext
from workflows.association import preferences as register

blueprint = Blueprint("privacy", __name__, template_folder="templates", url_prefix="/privacy")


@blueprint.get("/preferences")
@signed_in
def preferences() -> str:
    """Every preference, its history, and the form that changes them."""
    with reading(engine()) as reader:
        return render_template("privacy/preferences.html", questions=questions(reader, current().person_id))


@blueprint.post("/preferences")
@signed_in
def change() -> ResponseReturnValue:
    """Keeps the answers that differ from what held. Raises ConsentValueRefused."""
    answers = {key: value for key, value in request.form.items() if key in QUESTIONS}
    with transaction(engine()) as writer:
        person = current()
        shown = {each.key: each.value for each in questions(writer, person.person_id)}
        differing = {key: value for key, value in answers.items() if shown[key] != value}
        changed = register.change(writer, engine(), person.person_id, differing, source="PROFILE", by=person.actor)
    said = ngettext(
        "%(num)d preference changed, with effect from now.",
        "%(num)d preferences changed, with effect from now.",
        changed,
    )
    flash(said if changed else _("Nothing changed."), "success" if changed else "info")
    return redirect(url_for("privacy.preferences"), 303)
