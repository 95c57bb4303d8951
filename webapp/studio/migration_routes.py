"""Addresses of running cases and versions: what a draft would change for them, moving them, progress, the way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from engine import commands
from engine.bpmn import ProcessSpec
from engine.definitions import definition
from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, current_day, engine, signed_in
from webapp.studio import drafts, mapping, migrations, page, rights
from webapp.studio.draft_routes import readable
from webapp.studio.foresight import OUTCOMES, foresight
from webapp.viewer import viewer
from webapp.wiring_checks import processes_in
from webapp.words import _, language, ngettext
from workflows.association.case_versions import way_back

blueprint = Blueprint("studio_migration", __name__, template_folder="templates", url_prefix="/studio")
EVERY: Final = 2  # seconds between two looks at the progress


@blueprint.get("/drafts/<uuid:draft_id>/cases")
@signed_in
def of_draft(draft_id: UUID) -> str:
    """What a draft would change for every running case: a dry run on copies."""
    with reading(engine()) as reader:
        draft = readable(reader, draft_id)
        target = spec_of(drafts.files_of(reader, draft_id, draft.rev), draft.process_id)
        rows = [] if target is None else mapping.lost(reader, engine(), target, language())
        moved = mapping.chosen(request.args, rows)
        found = None if target is None else foresight(reader, engine(), viewer(), target, language(), moved=moved)
        return render_template(
            "studio/cases.html", lost=rows, moved=moved, draft=draft, process_id=draft.process_id, found=found,
            outcomes=OUTCOMES, title=page.title_of(reader, draft.process_id, language()), target=None, may_move=False,
        )  # fmt: skip


@blueprint.get("/drafts/<uuid:draft_id>/cases/counts")
@signed_in
def counts(draft_id: UUID) -> ResponseReturnValue:
    """The same in one sentence, for the page of the draft."""
    with reading(engine()) as reader:
        draft = readable(reader, draft_id)
        target = spec_of(drafts.files_of(reader, draft_id, draft.rev), draft.process_id)
        found = None if target is None else foresight(reader, engine(), viewer(), target, language())
    return jsonify(html=render_template("studio/cases_counts.html", found=found))


@blueprint.get("/<process_id>/cases/<uuid:definition_id>")
@signed_in
def choose(process_id: str, definition_id: UUID) -> str:
    """The cases of other versions, and what this one would change for each; which of them are to move is chosen."""
    rights.to_read(current(), process_id)
    with reading(engine()) as reader:
        target = _target(reader, process_id, definition_id)
        rows = mapping.lost(reader, engine(), target, language())
        moved = mapping.chosen(request.args, rows)
        found = foresight(reader, engine(), viewer(), target, language(), but=definition_id, moved=moved)
        return render_template(
            "studio/cases.html", lost=rows, moved=moved, draft=None, process_id=process_id, found=found,
            outcomes=OUTCOMES, title=page.title_of(reader, process_id, language()),
            may_move=rights.may_change(current(), process_id), target=definition(reader, engine(), definition_id),
        )  # fmt: skip


@blueprint.post("/<process_id>/cases/<uuid:definition_id>")
@signed_in
def move(process_id: str, definition_id: UUID) -> ResponseReturnValue:
    """Asks once more, then moves the chosen cases in the background."""
    rights.to_change(current(), process_id)
    with transaction(engine()) as writer:
        target = _target(writer, process_id, definition_id)
        ids = _ids(request.form)
        moved = mapping.chosen(request.form, mapping.lost(writer, engine(), target, language()))
        if request.form.get("which") == "all":
            all_ = foresight(writer, engine(), viewer(), target, language(), but=definition_id, moved=moved)
            ids = all_.movable
        period = way_back(writer, current_day())
        if not ids:
            flash(_("Choose at least one case."), "info")
            return redirect(url_for(".choose", process_id=process_id, definition_id=definition_id), 303)
        if request.form.get("confirmed") != "yes":
            found = foresight(writer, engine(), viewer(), target, language(), but=definition_id, only=ids, moved=moved)
            return render_template(
                "studio/cases_confirm.html", moved=moved, process_id=process_id, ids=ids, found=found,
                outcomes=OUTCOMES, title=page.title_of(writer, process_id, language()),
                until=engine().clock.now() + period, target=definition(writer, engine(), definition_id),
            )  # fmt: skip
        made = commands.migrate_cases(
            writer, engine(), definition_id, ids, by=current().actor, return_for=period,
            moved=moved, reason=request.form.get("reason", "").strip(),
        )  # fmt: skip
    return redirect(url_for(".progress", migration_id=made), 303)


@blueprint.get("/migrations/<uuid:migration_id>")
@signed_in
def progress(migration_id: UUID) -> ResponseReturnValue:
    """How far it has come, what became of each case, and the way back."""
    with reading(engine()) as reader:
        asked = migrations.asked(reader, migration_id)
        rights.to_read(current(), asked.process_id)
        found = migrations.report(reader, engine(), viewer(), asked, language())
        shown = render_template(
            "studio/migration.html", asked=asked, report=found,
            title=page.title_of(reader, asked.process_id, language()),
            target=definition(reader, engine(), asked.definition_id), by=migrations.named(reader, asked.asked_by),
            may_move=rights.may_change(current(), asked.process_id), now=engine().clock.now(),
        )  # fmt: skip
    answer = make_response(shown)
    if found.left:
        answer.headers["Refresh"] = str(EVERY)
    return answer


@blueprint.post("/migrations/<uuid:migration_id>/back")
@signed_in
def back(migration_id: UUID) -> ResponseReturnValue:
    """Takes all cases of a migration back to the version that they had, or those that were chosen."""
    with transaction(engine()) as writer:
        asked = migrations.asked(writer, migration_id)
        rights.to_change(current(), asked.process_id)
        ids = None if request.form.get("which") == "all" else _ids(request.form)
        count = commands.return_cases(writer, engine(), migration_id, ids, by=current().actor)
    flash(ngettext("%(num)d case goes back.", "%(num)d cases go back.", count), "info")
    return redirect(url_for(".progress", migration_id=migration_id), 303)


def spec_of(files: dict[str, bytes], process_id: str) -> ProcessSpec | None:
    """The process of a draft; None where its diagram cannot be read."""
    specs = (spec for found in processes_in(files).values() for spec in found)
    return next((spec for spec in specs if spec.process_id == process_id), None)


def _target(session: Session, process_id: str, definition_id: UUID) -> ProcessSpec:
    found = definition(session, engine(), definition_id)
    if found.process_id != process_id:
        raise NotFound(kind="process version", id=str(definition_id))
    return found.spec


def _ids(form: MultiDict[str, str]) -> Sequence[UUID]:
    found = []
    for each in form.getlist("case"):
        try:
            found.append(UUID(each))
        except ValueError:
            raise NotFound(kind="case", id=each[:40]) from None
    return found
