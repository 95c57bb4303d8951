"""Addresses of the studio: the catalogue, a process, its picture; beginning a draft from a version or from files."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, current_day, engine, signed_in
from webapp.operations import diagrams
from webapp.operations.names import names_of
from webapp.studio import (
    around,
    checks,
    coverage,
    delays,
    delivered,
    drafts,
    health,
    migrations,
    page,
    refusing,
    rights,
    uploads,
    versions,
)
from webapp.studio.changes.wording import Wording
from webapp.studio.file_titles import file_titles
from webapp.studio.origins import Origins
from webapp.studio.outline import outlines
from webapp.studio.rehearsals import Subject
from webapp.studio.scenario_routes import world_of
from webapp.studio.thumbnail import thumbnail
from webapp.words import _, language

blueprint = Blueprint("studio", __name__, template_folder="templates", url_prefix="/studio")
refusing.explain(blueprint)
DAY = 86_400


@blueprint.get("")
@signed_in
def catalogue() -> str:
    """Every process: what it is for, who owns it, how it stands."""
    with reading(engine()) as reader:
        found = page.cards(reader, current(), language())
    if not found:
        raise NotFound(kind="page", id="studio")
    return render_template("studio/catalogue.html", cards=found, families=page.families(found))


@blueprint.get("/<process_id>")
@signed_in
def process(process_id: str) -> str:
    """One process: its picture, its versions, its drafts."""
    rights.to_read(current(), process_id)
    with reading(engine()) as reader:
        found = versions.versions(reader, process_id)
        if not found:
            raise NotFound(kind="process", id=process_id)
        files = versions.files_of(reader, versions.latest(reader, process_id).deployment_id)
        actors = [actor for each in found for actor in (each.by, each.author, each.reviewer)]
        return render_template(
            "studio/process.html",
            process_id=process_id,
            title=page.title_of(reader, process_id, language()),
            owners=page.owners(process_id, language()),
            purpose=page.purpose(process_id, language()),
            beside=around.beside(process_id, files, current(), language()),
            versions=found,
            names=names_of(reader, actors),
            drafts=page.draft_lines(reader, process_id),
            migrations=migrations.latest(reader, process_id),
            health=health.healths(reader, {process_id: versions.figures(reader)[process_id]})[process_id],
            unknown=_titled(process_id, delivered.unknown(reader, versions.latest(reader, process_id))),
            outcomes=coverage.outcomes(reader, Subject(found[0].id), language()),
            may_change=rights.may_change(current(), process_id),
        )


@blueprint.get("/<process_id>/list")
@signed_in
def listed(process_id: str) -> str:
    """The diagram in force as a list, for whoever reads it without a draft, or without seeing it."""
    rights.to_read(current(), process_id)
    with reading(engine()) as reader:
        found = versions.latest(reader, process_id)
        body, _of = diagrams.source(reader, found.id)
        words = Wording(language(), delays.in_words(reader, body, language(), current_day()))
        files, others = versions.files_of(reader, found.deployment_id), checks.around(reader, engine(), process_id)
        origins = Origins.of(reader, files, others, engine().registry, language())
        told = outlines(f"{process_id}.bpmn", body, words, origins)
        back = page.title_of(reader, process_id, language()), url_for("studio.process", process_id=process_id)
    diagram = url_for("studio_running.show", process_id=process_id)
    return render_template("studio/outline.html", back=back, outlines=told, edit=None, diagram=diagram)


def _titled(process_id: str, delivered_names: Sequence[str]) -> list[str]:
    titles = file_titles(versions.delivered(process_id), language())
    return [titles.get(name, name) for name in delivered_names]


@blueprint.post("/rehearse")
@signed_in
def play_all() -> ResponseReturnValue:
    """Has the scenarios of every process played that this person may change."""
    with transaction(engine()) as writer:
        mine = {process_id for process_id in versions.figures(writer) if rights.may_change(current(), process_id)}
        if not mine:
            raise NotFound(kind="page", id="studio")
        health.play(writer, mine, world_of(writer).key, engine().clock.now(), waits=True)
    flash(_("Their scenarios are being played. What comes out stands beside each process."), "info")
    return redirect(url_for("studio.catalogue"), 303)


@blueprint.post("/<process_id>/rehearse")
@signed_in
def play(process_id: str) -> ResponseReturnValue:
    """Has the scenarios of the version in force played."""
    rights.to_change(current(), process_id)
    with transaction(engine()) as writer:
        health.play(writer, {process_id}, world_of(writer).key, engine().clock.now(), waits=True)
    return redirect(url_for("studio.process", process_id=process_id, _anchor="scenarios"), 303)


@blueprint.get("/<process_id>/picture/<uuid:definition_id>.svg")
@signed_in
def picture(process_id: str, definition_id: UUID) -> ResponseReturnValue:
    """The small picture of a version. It never changes, so browsers keep it."""
    rights.to_read(current(), process_id)
    with reading(engine()) as reader:
        body, found = diagrams.source(reader, definition_id)
    if found != process_id:
        raise NotFound(kind="process version", id=str(definition_id))
    answer = make_response(thumbnail(body, process_id))
    answer.headers["Content-Type"] = "image/svg+xml"
    answer.headers["Cache-Control"] = f"private, max-age={DAY}, immutable"
    return answer


@blueprint.post("/<process_id>/drafts")
@signed_in
def begin(process_id: str) -> ResponseReturnValue:
    """Begins a draft: a copy of the version in force, or of an earlier one that is to be restored."""
    rights.to_change(current(), process_id)
    with transaction(engine()) as writer:
        found = versions.numbered(writer, process_id, request.form.get("version", ""))
        name = request.form.get("name", "").strip() or _("Changes to version %(number)s", number=found.version)
        made = drafts.begin(
            writer, process_id, name, versions.in_force(writer, found), by=current().actor.id,
            now=engine().clock.now(), base=found.id, note=versions.copied(found),
        )  # fmt: skip
        address = url_for("studio_drafts.show", draft_id=made.id)
    return redirect(address, 303)


@blueprint.post("/<process_id>/import")
@signed_in
def take_in(process_id: str) -> ResponseReturnValue:
    """Begins a draft with the files of an archive, or single files, over those of the version in force."""
    rights.to_change(current(), process_id)
    given = uploads.files(request.files.getlist("files"))
    with transaction(engine()) as writer:
        found = versions.latest(writer, process_id)
        files = given.files if given.whole else {**versions.in_force(writer, found), **given.files}
        made = drafts.begin(
            writer, process_id, _("Files taken in"), files, by=current().actor.id, now=engine().clock.now(),
            base=found.id, note=given.name,
        )  # fmt: skip
        address = url_for("studio_drafts.show", draft_id=made.id)
    return redirect(address, 303)
