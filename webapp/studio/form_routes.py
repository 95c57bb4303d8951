"""Addresses of the editor of forms: the preview of what is being drawn. Nothing is saved here."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue

import forms
from engine.transaction import reading
from forms.errors import FormRefused, FormsError
from webapp.auth import current, engine, signed_in
from webapp.studio import bundle
from webapp.studio.draft_routes import readable
from webapp.studio.form_preview import preview as preview_of
from webapp.words import _

blueprint = Blueprint("studio_forms", __name__, url_prefix="/studio/drafts/<uuid:draft_id>/forms")


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
