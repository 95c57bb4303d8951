"""Addresses for several people in one draft: being there, remarks, settling them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.transaction import transaction
from webapp.auth import current, engine, signed_in
from webapp.studio import together
from webapp.studio.draft_routes import readable
from webapp.words import _

blueprint = Blueprint("studio_together", __name__, url_prefix="/studio/drafts/<uuid:draft_id>")


@blueprint.post("/here")
@signed_in
def here(draft_id: UUID) -> ResponseReturnValue:
    """An editor is open; answers who else is at the draft, in a sentence."""
    with transaction(engine()) as writer:
        readable(writer, draft_id)
        file, now = request.form.get("file", ""), engine().clock.now()
        names = together.arrive(writer, draft_id, file, by=current().actor.id, now=now)
    said = _("%(people)s: also at this draft now", people=", ".join(names)) if names else ""
    return jsonify(said=said)


@blueprint.post("/remarks")
@signed_in
def remark(draft_id: UUID) -> ResponseReturnValue:
    """Keeps a remark of whoever reads the draft."""
    text, element = request.form.get("text", ""), request.form.get("element", "")
    with transaction(engine()) as writer:
        readable(writer, draft_id)
        together.remark(writer, draft_id, text, element, by=current().actor.id, now=engine().clock.now())
    return redirect(url_for("studio_drafts.show", draft_id=draft_id, _anchor="remarks"), 303)


@blueprint.post("/remarks/<uuid:remark_id>/settle")
@signed_in
def settle(draft_id: UUID, remark_id: UUID) -> ResponseReturnValue:
    """A remark is done with."""
    with transaction(engine()) as writer:
        readable(writer, draft_id)
        together.settle(writer, draft_id, remark_id, by=current().actor.id)
    return redirect(url_for("studio_drafts.show", draft_id=draft_id, _anchor="remarks"), 303)
