"""Addresses of the golden cases of a draft: what must come out, what each is called in both languages; and the way
back from an answer that was accepted too soon."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.dmn.golden import SUFFIX
from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, engine, signed_in
from webapp.studio import drafts, golden, refusing, rights
from webapp.studio.draft_routes import changeable, newest_author, readable, seen
from webapp.studio.file_titles import file_titles
from webapp.words import _, language

blueprint = Blueprint(
    "studio_cases", __name__, template_folder="templates", url_prefix="/studio/drafts/<uuid:draft_id>/golden-cases"
)
refusing.explain(blueprint)
MOST = 5_000  # cases of one file that are asked for: more come with no form


@blueprint.get("/<name>")
@signed_in
def show(draft_id: UUID, name: str) -> str:
    """Every case of a file in words, with its two names to change."""
    with reading(engine()) as reader:
        found = readable(reader, draft_id)
        files = drafts.files_of(reader, draft_id, found.rev)
        if name not in files or not name.endswith(SUFFIX):
            raise NotFound(kind="file", id=name)
        return render_template(
            "studio/golden_cases.html", draft=found, name=name, called=file_titles(files, language()).get(name, name),
            cases=golden.shown(files, name, engine().environment, language()),
            may_change=rights.may_change(current(), found.process_id) and found.state in drafts.ACTIVE,
        )  # fmt: skip


@blueprint.post("/<name>")
@signed_in
def save(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Saves what the cases are called now."""
    names = [
        {spoken: request.form.get(f"{spoken}-{place}", "") for spoken in ("fr", "en")}
        for place in range(MOST)
        if f"fr-{place}" in request.form
    ]
    with transaction(engine()) as writer:
        found = changeable(writer, draft_id)
        body = golden.renamed(drafts.files_of(writer, draft_id, found.rev), name, names)
        drafts.save(
            writer, draft_id, seen(), {name: body}, by=current().actor.id, now=engine().clock.now(),
            saved_by=newest_author(writer, found),
        )  # fmt: skip
    flash(_("The names are saved."), "success")
    return redirect(url_for(".show", draft_id=draft_id, name=name), 303)


@blueprint.post("/back")
@signed_in
def back(draft_id: UUID) -> ResponseReturnValue:
    """Lets a case expect again what it expected before a save accepted another answer."""
    number = request.form.get("number", "")
    with transaction(engine()) as writer:
        found = changeable(writer, draft_id)
        name, case = drafts.accepted_in(writer, draft_id, int(number) if number.isdecimal() and len(number) < 9 else 0)
        before, then, now = (
            drafts.files_of(writer, draft_id, each) for each in (int(number) - 1, int(number), found.rev)
        )
        body = golden.taken_back(before, then, now, name, case)
        drafts.save(
            writer, draft_id, seen(), {name: body}, by=current().actor.id, now=engine().clock.now(),
            saved_by=newest_author(writer, found), note=f"{drafts.REFUSED}{name} {case}",
        )  # fmt: skip
    flash(_("The case “%(case)s” expects again what it expected before.", case=case), "success")
    return redirect(url_for("studio_drafts.show", draft_id=draft_id, _anchor="checks"), 303)
