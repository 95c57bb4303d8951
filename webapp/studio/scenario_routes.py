"""Addresses of a draft's scenarios: playing them, trying what is being typed, beginning a file of them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.transaction import reading, transaction
from webapp.auth import current, engine, settings, signed_in
from webapp.sandbox.phrases import PHRASES, Step
from webapp.sandbox.rehearsal import rehearse
from webapp.sandbox.scenarios import SUFFIX, text_of
from webapp.sandbox.world import template
from webapp.studio import bundle, drafts, refusing, rehearsals
from webapp.studio.draft_routes import changeable, seen
from webapp.words import _, language

blueprint = Blueprint(
    "studio_scenarios", __name__, template_folder="templates", url_prefix="/studio/drafts/<uuid:draft_id>"
)
refusing.explain(blueprint)
TURNS = {phrase.key: phrase.turn for phrase in PHRASES}


@blueprint.post("/rehearse")
@signed_in
def play(draft_id: UUID) -> ResponseReturnValue:
    """Plays every scenario of the newest save and keeps what came out."""
    with reading(engine()) as reader:
        changeable(reader, draft_id)
    rehearsals.play(engine(), settings(), draft_id)
    return redirect(url_for("studio_drafts.show", draft_id=draft_id, _anchor="scenarios"), 303)


@blueprint.post("/scenarios/<name>/try")
@signed_in
def attempt(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Plays the scenarios that an editor sends, saved or not, with the rest of the draft. Nothing is kept."""
    sent = {each.filename or "": each.read(bundle.LARGEST + 1) for each in request.files.getlist("files")}
    with reading(engine()) as reader:
        found = changeable(reader, draft_id)
        files = drafts.files_of(reader, draft_id, found.rev)
        process_id, world = found.process_id, template(settings(), reader)
    body = sent.get(name, b"")
    bundle.accept({name: body})
    kept = {each: content for each, content in files.items() if not each.endswith(SUFFIX)}
    came = rehearse(world, process_id, {**kept, name: body})
    return jsonify(html=render_template("studio/outcomes.html", outcomes=came.outcomes, language=language()))


@blueprint.post("/scenarios")
@signed_in
def begin(draft_id: UUID) -> ResponseReturnValue:
    """Begins a file of scenarios with a first one to fill in."""
    with transaction(engine()) as writer:
        found = changeable(writer, draft_id)
        names = drafts.names_of(writer, draft_id, found.rev)
        name = next(each for each in (f"{found.process_id}{n or ''}{SUFFIX}" for n in range(99)) if each not in names)
        steps = [Step("form", {"who": _("a visitor"), "process": found.process_id})]
        text = text_of(_("First scenario"), steps, language(), TURNS)
        drafts.save(
            writer, draft_id, seen(), {name: text.encode()}, by=current().actor.id, now=engine().clock.now(),
            saved_by="",
        )  # fmt: skip
    flash(_("Begun. Write what happens, one sentence a line."), "success")
    return redirect(url_for("studio_drafts.edit", draft_id=draft_id, name=name), 303)
