"""Addresses for bringing two versions of a draft together, or a draft and the version in force: what each did, and what
is taken from either."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.transaction import reading, transaction
from webapp.auth import current, current_day, engine, signed_in
from webapp.operations.names import names_of
from webapp.studio import changes, delays, drafts, merging, overtaken, page, refusing, versions
from webapp.studio.draft_routes import changeable, newest_author, readable, seen
from webapp.studio.merging import Versions
from webapp.studio.models import StudioDraft
from webapp.words import _, language

blueprint = Blueprint(
    "studio_merging", __name__, template_folder="templates", url_prefix="/studio/drafts/<uuid:draft_id>/merge"
)
refusing.explain(blueprint)
CHOICE = "choice:"


@blueprint.post("")
@signed_in
def newest(draft_id: UUID) -> ResponseReturnValue:
    """Sets the version that came into force since the draft began beside it, and leads to what differs."""
    with transaction(engine()) as writer:
        found = changeable(writer, draft_id)
        in_force = versions.latest(writer, found.process_id)
        if not overtaken.is_overtaken(found, in_force):
            flash(_("This draft goes on from the version in force: there is nothing to bring in."), "success")
            return redirect(url_for("studio_drafts.show", draft_id=draft_id), 303)
        made = overtaken.beside(
            writer, found, in_force, _("Version %(number)s, in force", number=in_force.version),
            by=current().actor.id, now=engine().clock.now(),
        )  # fmt: skip
        address = url_for("studio_merging.show", draft_id=draft_id, mine_id=made.id)
    return redirect(address, 303)


@blueprint.get("/<uuid:mine_id>")
@signed_in
def show(draft_id: UUID, mine_id: UUID) -> str:
    """Both versions: what differs, in sentences and on the diagram, and whose it shall be."""
    with reading(engine()) as reader:
        theirs, mine = readable(reader, draft_id), readable(reader, mine_id)
        return _page(reader, theirs, mine, {})


@blueprint.post("/<uuid:mine_id>")
@signed_in
def unite(draft_id: UUID, mine_id: UUID) -> ResponseReturnValue:
    """Saves what was chosen as the newest save of the draft. The version it came from is put away, and stays."""
    chosen = {key.removeprefix(CHOICE): side for key, side in request.form.items() if key.startswith(CHOICE)}
    wanted = request.form.get("take", "")
    with transaction(engine()) as writer:
        theirs, mine = changeable(writer, draft_id), changeable(writer, mine_id)
        both = _versions(writer, theirs, mine)
        if seen() != theirs.rev:
            flash(_("Meanwhile somebody saved again. Nothing is lost: look at what differs now."), "warning")
            return make_response(_page(writer, theirs, mine, chosen), 409)
        if wanted in {"mine", "theirs"}:
            files = merging.whole(both, "mine" if wanted == "mine" else "theirs")
        else:
            files = merging.merged(both, merging.points(both, language()), chosen)
        drafts.save(
            writer, draft_id, theirs.rev, files, by=current().actor.id, now=engine().clock.now(),
            saved_by=newest_author(writer, theirs), note=mine.name,
        )  # fmt: skip
        overtaken.settle(theirs, mine)
        drafts.discard(writer, mine_id)
    flash(_("Both versions are brought together. Each of them stays in the history."), "success")
    return redirect(url_for("studio_drafts.show", draft_id=draft_id), 303)


def _versions(session: Session, theirs: StudioDraft, mine: StudioDraft) -> Versions:
    return Versions(
        overtaken.common(session, theirs, mine),
        drafts.files_of(session, mine.id, mine.rev),
        drafts.files_of(session, theirs.id, theirs.rev),
    )


def _page(session: Session, theirs: StudioDraft, mine: StudioDraft, chosen: dict[str, str]) -> str:
    both = _versions(session, theirs, mine)
    diagram = next((name for name in both.names if name.endswith(".bpmn")), None)
    of_house = mine.base_id != theirs.base_id
    return render_template(
        "studio/merge.html",
        draft=theirs,
        mine=mine,
        points=merging.points(both, language()),
        chosen=chosen,
        diagram=diagram if diagram in both.mine and diagram in both.theirs else None,
        sides=_sides(both),
        drawn=delays.side_by_side(
            session, (each.get(diagram or "", b"") for each in (both.mine, both.theirs)), language(), current_day()
        ),
        of_house=of_house,
        people=(
            overtaken.called(session, mine) if of_house else names_of(session, [mine.begun_by])[mine.begun_by],
            theirs.name if of_house else newest_author(session, theirs),
        ),
        title=page.title_of(session, theirs.process_id, language()),
    )


def _sides(versions: Versions) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What to mark on each diagram: what its author changed or added, and what the other took away."""
    own, other = (
        [each for each in changes.between(versions.base, files, language()) if each.file.endswith(".bpmn")]
        for files in (versions.mine, versions.theirs)
    )
    return _marks(own, other), _marks(other, own)


def _marks(did: list[changes.Change], across: list[changes.Change]) -> dict[str, list[str]]:
    def ids(told: list[changes.Change], kind: str) -> list[str]:
        return [id_ for each in told if each.kind == kind for id_ in each.marked]

    return {
        "done": ids(did, "added"),
        "flows": [],
        "standing": ids(did, "changed"),
        "incidents": ids(across, "removed"),
    }
