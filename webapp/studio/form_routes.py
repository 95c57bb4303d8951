"""Addresses of the editor of forms: beginning one, and the preview of what is being drawn."""

from __future__ import annotations

from dataclasses import asdict
from itertools import count
from uuid import UUID

from flask import Blueprint, current_app, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

import forms
from engine.transaction import reading, transaction
from forms.errors import FormRefused, FormsError
from webapp.auth import current, engine, signed_in
from webapp.studio import bundle, drafts, refusing, starters
from webapp.studio.draft_routes import changeable, newest_author, readable, seen
from webapp.studio.form_preview import preview as preview_of
from webapp.words import _

blueprint = Blueprint("studio_forms", __name__, url_prefix="/studio/drafts/<uuid:draft_id>/forms")
refusing.explain(blueprint)


@blueprint.post("")
@signed_in
def begin(draft_id: UUID) -> ResponseReturnValue:
    """Adds a form to the draft, one for an approval or one to fill in."""
    kind = starters.APPROVAL if request.form.get("kind") == starters.APPROVAL else starters.EMPTY
    with transaction(engine()) as writer:
        found = changeable(writer, draft_id)
        names = drafts.names_of(writer, draft_id, found.rev)
        free = (f"{kind}_{number}" if number else kind for number in count())
        id_ = next(each for each in free if f"{each}.form" not in names)
        drafts.save(
            writer, draft_id, seen(), starters.form(kind, id_), by=current().actor.id, now=engine().clock.now(),
            saved_by=newest_author(writer, found),
        )  # fmt: skip
    flash(_("The form “%(name)s” is added. Tasks of the diagram can name it now.", name=id_), "success")
    return redirect(url_for("studio_drafts.edit", draft_id=draft_id, name=f"{id_}.form"), 303)


@blueprint.post("/<name>/preview")
@signed_in
def preview(draft_id: UUID, name: str) -> ResponseReturnValue:
    """The form that is sent, drawn as it would be deployed, and its texts; what is wrong with it where it cannot be."""
    sent = {each.filename or "": each.read(bundle.LARGEST + 1) for each in request.files.getlist("files")}
    body = sent.get(name, b"")
    texts = sent.get(f"{name.removesuffix('.form')}.translations.json", b"")
    language = "en" if request.form.get("language") == "en" else "fr"
    typed = request.form if request.form.get("typed") else None
    with reading(engine()) as reader:
        readable(reader, draft_id)
        bundle.accept({name: body})
        try:
            found = preview_of(reader, engine(), name, body, texts, language, current().actor.id, typed)
        except FormRefused as refused:
            return jsonify(error=_("It cannot be drawn yet; what is wrong stands below."), code=refused.code)
        except FormsError as refused:
            return jsonify(error=refused.message, code=refused.code)
        good = found.bound.validate() if request.form.get("try") else None
        html = forms.render(found.bound, current_app.jinja_env)
    return jsonify(html=html, good=good, texts=[asdict(text) for text in found.texts])
