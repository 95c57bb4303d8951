"""Addresses of a draft's scenarios: having them played, how far they are, beginning a file of them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.transaction import reading, transaction
from webapp.assembly import open_engine
from webapp.auth import current, engine, settings, signed_in
from webapp.errors import wants_json
from webapp.sandbox.phrases import PHRASES, Step
from webapp.sandbox.scenarios import SUFFIX, text_of
from webapp.sandbox.world import Template, template
from webapp.studio import coverage, delivered, drafts, refusing, rehearsals, versions
from webapp.studio.draft_routes import changeable, newest_author, readable, seen
from webapp.studio.rehearsals import Subject
from webapp.words import _, language

blueprint = Blueprint(
    "studio_scenarios", __name__, template_folder="templates", url_prefix="/studio/drafts/<uuid:draft_id>"
)
refusing.explain(blueprint)
TURNS = {phrase.key: phrase.turn for phrase in PHRASES}


def world_of(session: Session) -> Template:
    """The world around the drafts of this house, as it stands now."""
    return template(settings(), session, open_engine)


@blueprint.post("/rehearse")
@signed_in
def play(draft_id: UUID) -> ResponseReturnValue:
    """Has every scenario of the newest save played; the editor's question is answered by their list."""
    with transaction(engine()) as writer:
        subject = Subject.of_draft(changeable(writer, draft_id))
        rehearsals.ask(writer, subject, world_of(writer).key, engine().clock.now())
    if wants_json():
        return progress(draft_id)
    return redirect(url_for("studio_drafts.show", draft_id=draft_id, _anchor="scenarios"), 303)


@blueprint.get("/rehearsal")
@signed_in
def progress(draft_id: UUID) -> ResponseReturnValue:
    """How far the scenarios of the newest save are: their list, how many are not played yet, the draft's state."""
    with reading(engine()) as reader:
        draft = readable(reader, draft_id)
        files = drafts.files_of(reader, draft_id, draft.rev)
        found = coverage.shown(reader, draft, files, language())
        html = render_template("studio/rehearsal.html", draft=draft, rehearsed=found)
        return jsonify(html=html, left=found.left if found is not None else 0, state=draft.state)


@blueprint.post("/delivered")
@signed_in
def take_in(draft_id: UUID) -> ResponseReturnValue:
    """Takes a file of scenarios in as the software brings it; what the draft had stays in its saves."""
    with transaction(engine()) as writer:
        found = changeable(writer, draft_id)
        in_force = versions.latest(writer, found.process_id)
        new = delivered.taken_in(writer, found, in_force, request.form.get("name", ""))
        drafts.save(
            writer, draft_id, seen(), new, by=current().actor.id, now=engine().clock.now(),
            saved_by=newest_author(writer, found), note=delivered.TAKEN,
        )  # fmt: skip
    flash(_("Taken in. What the draft had before stays in its saves."), "success")
    return redirect(url_for("studio_drafts.show", draft_id=draft_id, _anchor="changes"), 303)


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
