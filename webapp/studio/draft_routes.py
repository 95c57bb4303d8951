"""Addresses of a draft: its page, its editors, its saves; archives out and in."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, current_day, engine, signed_in
from webapp.operations.names import names_of
from webapp.studio import (
    bundle,
    changes,
    checks,
    choices,
    coverage,
    delays,
    delivered,
    drafts,
    overtaken,
    page,
    refusing,
    review,
    rights,
    together,
    uploads,
    versions,
)
from webapp.studio.changes.wording import Wording
from webapp.studio.file_titles import companions, file_titles
from webapp.studio.models import StudioDraft
from webapp.studio.origins import Origins
from webapp.studio.outline import names, outlines
from webapp.words import _, language

blueprint = Blueprint(
    "studio_drafts", __name__, template_folder="templates", url_prefix="/studio/drafts/<uuid:draft_id>"
)
refusing.explain(blueprint)
EDITORS = {
    ".bpmn": "studio/edit_diagram.html", ".dmn": "studio/edit_table.html", ".form": "studio/edit_form.html",
    ".feature": "studio/edit_scenarios.html",
}  # fmt: skip


@blueprint.get("")
@signed_in
def show(draft_id: UUID) -> str:
    """The draft: what it holds, what would be said of it, what was saved."""
    with reading(engine()) as reader:
        found = readable(reader, draft_id)
        files = drafts.files_of(reader, draft_id, found.rev)
        in_force = versions.latest(reader, found.process_id)
        former = versions.in_force(reader, in_force)
        updated, titles = delivered.updated(reader, found, in_force), file_titles(files, language())
        before, own = ({name: each[name] for name in each if name not in updated} for each in (former, files))
        changed = changes.between(before, own, language())
        diagram, beside = next((name for name in sorted(files) if name.endswith(".bpmn")), None), companions(files)
        writers, drawn = review.authors(reader, found), (each.get(diagram or "", b"") for each in (former, files))
        return render_template(
            "studio/draft.html",
            draft=found,
            in_force=in_force,
            overtaken=overtaken.is_overtaken(found, in_force),
            running=[each for each in versions.versions(reader, found.process_id) if each.running],
            changes=changes.by_file(changed, {**file_titles(former, language()), **titles}),
            brought=delivered.offered(reader, found, in_force),
            sides=changes.sides(changed),
            diagram=diagram,
            drawn=delays.side_by_side(reader, drawn, language(), current_day()),
            may_review=rights.may_review(current(), found.process_id) and current().actor.id not in writers,
            title=page.title_of(reader, found.process_id, language()),
            files={
                name: bundle.kind_of(name) for name in sorted(files, key=_reading_order) if name not in beside.values()
            },
            beside=beside,
            titles=titles,
            editable=tuple(EDITORS),
            findings=checks.in_words(checks.findings(reader, engine(), found.process_id, files), files, language()),
            saves=page.saves(reader, draft_id),
            decisions=page.decisions(reader, draft_id),
            remarks=together.remarks(reader, draft_id, language()),
            elements=checks.labels(files, language()),
            rehearsed=coverage.shown(reader, found, files, language()),
            names=names_of(reader, [found.begun_by, found.proposed_by]),
            may_change=rights.may_change(current(), found.process_id),
        )


def _reading_order(name: str) -> tuple[int, str]:
    """The diagram before what it asks, what one edits before what stands beside it."""
    kinds = [*EDITORS, bundle.kind_of(name)]
    return kinds.index(bundle.kind_of(name)), name


@blueprint.get("/shape")
@signed_in
def shape(draft_id: UUID) -> str:
    """The diagram with tokens that run through it."""
    with reading(engine()) as reader:
        found = readable(reader, draft_id)
        files = drafts.files_of(reader, draft_id, found.rev)
    diagram = next((name for name in sorted(files) if name.endswith(".bpmn")), None)
    if diagram is None:
        raise NotFound(kind="file", id="bpmn")
    return render_template(
        "studio/shape.html", draft=found, diagram=diagram, labels=checks.labels(files, language())
    )  # fmt: skip


@blueprint.get("/edit/<name>")
@signed_in
def edit(draft_id: UUID, name: str) -> str:
    """The editor of one file."""
    with reading(engine()) as reader:
        found = readable(reader, draft_id)
        files = drafts.files_of(reader, draft_id, found.rev)
        template = EDITORS.get(bundle.kind_of(name))
        if name not in files or template is None:
            raise NotFound(kind="file", id=name)
        said = checks.in_words(checks.findings(reader, engine(), found.process_id, files), files, language())
        return render_template(
            template, draft=found, name=name, findings=said, language=language(),
            **choices.sentences(reader, files, found.process_id, name, language()),
            names=names(name, files[name], language()) if name.endswith(".bpmn") else {},
            translated=f"{name.removesuffix('.form')}.translations.json" in files,
            title=page.title_of(reader, found.process_id, language()),
            called=file_titles(files, language()).get(name, name),
            may_change=rights.may_change(current(), found.process_id) and found.state in drafts.ACTIVE,
        )  # fmt: skip


@blueprint.get("/list/<name>")
@signed_in
def outline(draft_id: UUID, name: str) -> str:
    """A diagram as a list: its elements in reading order, each with who acts and where it goes on."""
    with reading(engine()) as reader:
        found = readable(reader, draft_id)
        files = drafts.files_of(reader, draft_id, found.rev)
        body = files.get(name)
        if body is None or not name.endswith(".bpmn"):
            raise NotFound(kind="file", id=name)
        words = Wording(language(), delays.in_words(reader, body, language(), current_day()))
        others = checks.around(reader, engine(), found.process_id)
        told = outlines(name, body, words, Origins.of(reader, files, others, engine().registry, language()))
    edit = url_for("studio_drafts.edit", draft_id=draft_id, name=name)
    back = (found.name, url_for("studio_drafts.show", draft_id=draft_id))
    return render_template("studio/outline.html", back=back, outlines=told, edit=edit, diagram=edit)


@blueprint.get("/files/<name>")
@signed_in
def file(draft_id: UUID, name: str) -> ResponseReturnValue:
    """The bytes of a file, as the newest save has them, or another one."""
    with reading(engine()) as reader:
        found = readable(reader, draft_id)
        files = drafts.files_of(reader, draft_id, _number(found, request.args.get("save", "")))
    if name not in files:
        raise NotFound(kind="file", id=name)
    answer = make_response(files[name])
    kind = "application/xml" if name.endswith((".bpmn", ".dmn")) else "application/json"
    answer.headers["Content-Type"] = f"{kind}; charset=utf-8"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@blueprint.post("/save")
@signed_in
def save(draft_id: UUID) -> ResponseReturnValue:
    """Saves what an editor sends; answers the number of the save and what would be said of the draft now."""
    sent = {each.filename or "": each.read(bundle.LARGEST + 1) for each in request.files.getlist("files")}
    with transaction(engine()) as writer:
        found = changeable(writer, draft_id)
        rev = drafts.save(
            writer, draft_id, seen(), sent, by=current().actor.id, now=engine().clock.now(),
            saved_by=newest_author(writer, found),
        )  # fmt: skip
        files = drafts.files_of(writer, draft_id, rev)
        said = checks.in_words(checks.findings(writer, engine(), found.process_id, files), files, language())
    return jsonify(rev=rev, html=render_template("studio/findings.html", findings=said, draft_id=draft_id, accepts=rev))


@blueprint.post("/branch")
@signed_in
def branch(draft_id: UUID) -> ResponseReturnValue:
    """Keeps what an editor sends as a draft of its own: somebody else saved meanwhile, and both stay."""
    sent = {each.filename or "": each.read(bundle.LARGEST + 1) for each in request.files.getlist("files")}
    with transaction(engine()) as writer:
        found = changeable(writer, draft_id)
        name = _("%(name)s – version of %(person)s", name=found.name, person=current().name)[:400]
        made = drafts.branch(
            writer, draft_id, min(max(seen(), 1), found.rev), sent, name, by=current().actor.id,
            now=engine().clock.now(),
        )  # fmt: skip
        addresses = {
            "url": url_for("studio_drafts.show", draft_id=made.id),
            "merge": url_for("studio_merging.show", draft_id=draft_id, mine_id=made.id),
        }
    return jsonify(addresses)


@blueprint.post("/restore")
@signed_in
def restore(draft_id: UUID) -> ResponseReturnValue:
    """Takes an earlier save up again, as a new one."""
    with transaction(engine()) as writer:
        found = changeable(writer, draft_id)
        number = _number(found, request.form.get("number", ""))
        wanted, now = (drafts.files_of(writer, draft_id, each) for each in (number, found.rev))
        drafts.save(
            writer, draft_id, seen(), {**dict.fromkeys(now), **wanted}, by=current().actor.id,
            now=engine().clock.now(), saved_by=newest_author(writer, found), note=f"save {number}",
        )  # fmt: skip
    flash(_("Save %(number)s is taken up again. What was there before stays in the history.", number=number), "success")
    return redirect(url_for("studio_drafts.show", draft_id=draft_id), 303)


@blueprint.post("/import")
@signed_in
def take_in(draft_id: UUID) -> ResponseReturnValue:
    """Takes files in: an archive takes the place of everything, single files that of their like."""
    with transaction(engine()) as writer:
        found = changeable(writer, draft_id)
        given = uploads.files(request.files.getlist("files"))
        gone: dict[str, bytes | None] = dict.fromkeys(
            drafts.names_of(writer, draft_id, found.rev) if given.whole else ()
        )
        drafts.save(
            writer, draft_id, seen(), {**gone, **given.files}, by=current().actor.id, now=engine().clock.now(),
            saved_by=newest_author(writer, found), note=given.name,
        )  # fmt: skip
    flash(_("The files are taken in."), "success")
    return redirect(url_for("studio_drafts.show", draft_id=draft_id), 303)


@blueprint.get("/export.zip")
@signed_in
def export(draft_id: UUID) -> ResponseReturnValue:
    """The draft as an archive, for Camunda Modeler or another house."""
    with reading(engine()) as reader:
        found = readable(reader, draft_id)
        packed = bundle.archive(drafts.files_of(reader, draft_id, found.rev))
        name = f"{found.process_id}-{found.rev}.zip"
    answer = make_response(packed)
    answer.headers["Content-Type"] = "application/zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blueprint.post("/discard")
@signed_in
def discard(draft_id: UUID) -> ResponseReturnValue:
    """Puts the draft away."""
    with transaction(engine()) as writer:
        process_id = changeable(writer, draft_id).process_id
        drafts.discard(writer, draft_id)
    flash(_("The draft is put away. It stays on record."), "success")
    return redirect(url_for("studio.process", process_id=process_id), 303)


def readable(session: Session, draft_id: UUID) -> StudioDraft:
    """The draft, if this person may see its process. Raises NotFound."""
    found = drafts.draft(session, draft_id)
    if not rights.may_read(current(), found.process_id):
        raise NotFound(kind="draft", id=str(draft_id))
    return found


def changeable(session: Session, draft_id: UUID) -> StudioDraft:
    """The draft, if this person may change it. Raises NotFound, Refused."""
    found = readable(session, draft_id)
    rights.to_change(current(), found.process_id)
    return found


def seen() -> int:
    """The revision that was looked at. A form without it is as good as an old one."""
    seen = request.form.get("seen", "")
    return int(seen) if seen.isdecimal() and len(seen) < 9 else 0


def _number(found: StudioDraft, wanted: str) -> int:
    return int(wanted) if wanted.isdecimal() and len(wanted) < 9 else found.rev


def newest_author(session: Session, found: StudioDraft) -> str:
    newest = drafts.history(session, found.id)[0].saved_by
    return names_of(session, [newest])[newest]
