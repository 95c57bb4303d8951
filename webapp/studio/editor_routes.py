"""Addresses of an open editor: what a task can do, what a case will hold, what is said of what is not saved yet; and
the one by which an owner says of a red golden case that the new answer of its table is the right one."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.transaction import reading, transaction
from webapp.auth import current, current_day, engine, signed_in
from webapp.studio import bundle, checks, delays, drafts, fitting, golden, known, refusing, vocabulary
from webapp.studio.draft_routes import changeable, newest_author, readable, seen
from webapp.texts.rights import READERS
from webapp.wiring_checks import processes_in
from webapp.words import _, language

blueprint = Blueprint(
    "studio_editor", __name__, template_folder="templates", url_prefix="/studio/drafts/<uuid:draft_id>"
)
refusing.explain(blueprint)


@blueprint.get("/templates.json")
@signed_in
def templates(draft_id: UUID) -> ResponseReturnValue:
    """What a task of this house can do, for the editor's list, with the forms and readers of the draft to choose
    from; and which template fits which step that was drawn without one."""
    with reading(engine()) as reader:
        found = readable(reader, draft_id)
        files = drafts.files_of(reader, draft_id, found.rev)
        diagrams = fitting.parts_of(files)
        draft = vocabulary.Draft.of(files, (part for parts in diagrams.values() for part in parts))
        specs = checks.around(reader, engine(), "")
        today = current_day()
        offered = vocabulary.templates(reader, engine().registry, specs, draft, language(), today)
        return jsonify(templates=offered, fitting=fitting.fitting(diagrams, offered))


@blueprint.post("/check")
@signed_in
def check(draft_id: UUID) -> ResponseReturnValue:
    """What would be said of the newest save with the files that an editor sends. Nothing is saved."""
    sent = {each.filename or "": each.read(bundle.LARGEST + 1) for each in request.files.getlist("files")}
    bundle.accept(sent)
    with reading(engine()) as reader:
        found = readable(reader, draft_id)
        files = {**drafts.files_of(reader, draft_id, found.rev), **sent}
        said = checks.in_words(checks.findings(reader, engine(), found.process_id, files), files, language())
    return jsonify(html=render_template("studio/findings.html", findings=said, draft_id=draft_id))


@blueprint.get("/variables.json")
@signed_in
def variables(draft_id: UUID) -> ResponseReturnValue:
    """What writes which variables, for the completion of expressions; where the figures of delays stand, and the words
    of mails ("" for whoever may not open them)."""
    with reading(engine()) as reader:
        found = readable(reader, draft_id)
        files = drafts.files_of(reader, draft_id, found.rev)
        others = checks.around(reader, engine(), found.process_id)
        today = current_day()
        specs = [spec for each in processes_in(files).values() for spec in each]
        told = known.known(reader, engine().registry, found.process_id, files, others)
        opens = current().roles.intersection(READERS)
        texts = url_for("texts.listing") if opens else ""
        return jsonify(**told, figures=delays.figures(reader, specs, files, language(), today), texts=texts)


@blueprint.post("/golden-cases")
@signed_in
def accept_case(draft_id: UUID) -> ResponseReturnValue:
    """Writes what the table answers now into the case; whoever approves the draft reads of it."""
    name, case = request.form.get("file", ""), request.form.get("case", "")
    with transaction(engine()) as writer:
        found = changeable(writer, draft_id)
        body = golden.accepted(drafts.files_of(writer, draft_id, found.rev), name, case, engine().environment)
        drafts.save(
            writer, draft_id, seen(), {name: body}, by=current().actor.id, now=engine().clock.now(),
            saved_by=newest_author(writer, found), note=f"{drafts.ACCEPTED}{name} {case}",
        )  # fmt: skip
    flash(_("The case “%(case)s” now expects what the table answers.", case=case), "success")
    return redirect(url_for("studio_drafts.show", draft_id=draft_id, _anchor="checks"), 303)
