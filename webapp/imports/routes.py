"""Imports: a file is uploaded, looked at line by line, brought in, and taken back as a whole."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid, NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, engine, role, settings
from webapp.errors import in_words
from webapp.imports.wording import BRINGERS, headings, kinds_of, names
from webapp.limits import limited
from webapp.operations.names import names_of
from webapp.spreadsheets import download
from webapp.words import _, language, ngettext
from workflows.association import import_drafts, import_journal, import_log, import_wording
from workflows.association.import_drafts import LOOKED, LOOKING, RUNNING, ImportDraft, ImportMoved
from workflows.association.import_log import RecordImport
from workflows.association.import_sheets import LARGEST, Rejected
from workflows.association.mentoring import bringing

blueprint = Blueprint("imports", __name__, template_folder="templates", url_prefix="/imports")
ANYBODY: Final = sorted(frozenset().union(*BRINGERS.values()))
EVERY: Final = 2  # seconds between two looks at a file that is being read
TOLD: Final = 200  # rejected lines on a page; the file for the spreadsheet has more
MADE: Final = 50
bringer = role(*ANYBODY)


@blueprint.get("")
@bringer
def listing() -> str:
    """What is on its way in, what was brought in, and the form for another file."""
    return _list()


@blueprint.post("")
@bringer
@limited("60 per hour")
def upload() -> ResponseReturnValue:
    """Keeps a file and looks at it in the background; what is no such file is refused in place."""
    kind, sent = request.form.get("kind", ""), request.files.get("file")
    if kind not in kinds_of(current()):
        raise NotFound(kind="import", id=kind[:40])
    if sent is None or not sent.filename:
        return _list(_("Choose a file first."), kind), 422
    body, name = sent.stream.read(LARGEST + 1), sent.filename
    try:
        draft = import_drafts.read(kind, body, name=name, by=current().actor.id, now=engine().clock.now())
        with transaction(engine()) as writer:
            import_drafts.keep(writer, draft)
            draft_id = draft.id
    except Invalid as error:
        return _list(in_words(error), kind), 422
    return redirect(url_for("imports.show", draft_id=draft_id), 303)


@blueprint.get("/<uuid:draft_id>")
@bringer
def show(draft_id: UUID) -> ResponseReturnValue:
    """One file: how far it is, what it would do line by line, or what it did."""
    return _shown(draft_id)


@blueprint.post("/<uuid:draft_id>/begin")
@bringer
def begin(draft_id: UUID) -> ResponseReturnValue:
    """Brings the file in, in the background and in one transaction; what would do something else than the page showed
    is shown anew instead. Raises ImportNotReady."""
    seen = request.form.get("seen", "")
    try:
        with transaction(engine()) as writer:
            import_drafts.begin(writer, _draft(writer, draft_id, lock=True), seen, engine().clock.now())
    except ImportMoved as moved:
        return _shown(draft_id, in_words(moved)), 409
    return redirect(url_for("imports.show", draft_id=draft_id), 303)


@blueprint.post("/<uuid:draft_id>/again")
@bringer
def again(draft_id: UUID) -> ResponseReturnValue:
    """Another attempt at a look or an import that stopped. Raises ImportNotReady."""
    with transaction(engine()) as writer:
        import_drafts.try_again(writer, _draft(writer, draft_id, lock=True), engine().clock.now())
    return redirect(url_for("imports.show", draft_id=draft_id), 303)


@blueprint.post("/<uuid:draft_id>/drop")
@bringer
def drop(draft_id: UUID) -> ResponseReturnValue:
    """Deletes the file: nothing was brought in. Raises ImportNotReady."""
    with transaction(engine()) as writer:
        import_drafts.drop(writer, _draft(writer, draft_id, lock=True))
    flash(_("The file is deleted; nothing was brought in."), "info")
    return redirect(url_for("imports.listing"), 303)


@blueprint.get("/<uuid:draft_id>/rejected.csv")
@bringer
def rejected(draft_id: UUID) -> ResponseReturnValue:
    """The lines that do not go in, with their reasons, for a spreadsheet."""
    with reading(engine()) as reader:
        draft = _draft(reader, draft_id)
        rows = [(_("line"), _("reason")), *_reasons(draft)]
    return download(rows, f"refus-{draft.kind}.csv")


@blueprint.get("/columns/<kind>.csv")
@bringer
def columns(kind: str) -> ResponseReturnValue:
    """An empty file of a kind: its headings, those that it must have first."""
    if kind not in kinds_of(current()):
        raise NotFound(kind="import", id=kind[:40])
    return download([tuple(each.name for each in headings(kind))], f"{kind}.csv")


@blueprint.post("/made/<uuid:import_id>/undo")
@bringer
def undo(import_id: UUID) -> ResponseReturnValue:
    """Takes an import back as a whole; what somebody used or changed since keeps it, and the page says so."""
    try:
        with transaction(engine()) as writer:
            made = writer.get(RecordImport, import_id)
            if made is None or made.kind not in kinds_of(current()):
                raise NotFound(kind="import", id=str(import_id))
            import_journal.undo(writer, import_id, now=engine().clock.now())
        flash(_("The import is undone: all is as it was before."), "success")
    except Conflict as kept:
        flash(in_words(kept), "error")
    return redirect(url_for("imports.listing"), 303)


@blueprint.post("/mentorships/begin")
@role(*sorted(BRINGERS["mentorships"]))
def begin_pairs() -> ResponseReturnValue:
    """Begins the case of each running pair that was brought in and has none."""
    with transaction(engine()) as writer:
        begun = bringing.begin_cases(writer, engine())
    flash(ngettext("The case of %(num)d pair has begun.", "The cases of %(num)d pairs have begun.", begun), "success")
    return redirect(url_for("imports.listing"), 303)


def _shown(draft_id: UUID, moved: str = "") -> Response:
    """The page of a file. `moved`: why what somebody wanted of it was not done."""
    with reading(engine()) as reader:
        draft = _draft(reader, draft_id)
        stopped = import_drafts.stopped(reader, draft)
        made = reader.get(RecordImport, draft.import_id) if draft.import_id is not None else None
        page = render_template(
            "imports/draft.html", draft=draft, moved=moved, kind=names()[draft.kind], made=made, stopped=stopped,
            rejected=_reasons(draft)[:TOLD],
            twin=import_drafts.before(reader, draft) if draft.state == LOOKED else None,
            opening=settings().opening_day, by=names_of(reader, [draft.by])[draft.by],
        )  # fmt: skip
    answer = make_response(page)
    if draft.state in {LOOKING, RUNNING} and not stopped:
        answer.headers["Refresh"] = str(EVERY)
    return answer


def _list(error: str = "", kind: str = "") -> str:
    kinds = kinds_of(current())
    with reading(engine()) as reader:
        made = import_log.made(reader, kinds, MADE)
        going = import_drafts.of_kinds(reader, kinds)
        stopped = {each.id for each in going if import_drafts.stopped(reader, each)}
        return render_template(
            "imports/list.html", kinds=kinds, names=names(), made=made, going=going, error=error, chosen=kind,
            stopped=stopped, columns={each: headings(each) for each in kinds}, opening=settings().opening_day,
            people=names_of(reader, {*(each.by for each in made), *(each.by for each in going)}),
        )  # fmt: skip


def _draft(session: Session, draft_id: UUID, *, lock: bool = False) -> ImportDraft:
    """A file of a kind that the viewer may bring in. Raises NotFound."""
    draft = session.get(ImportDraft, draft_id, with_for_update=lock or None)
    if draft is None or draft.kind not in kinds_of(current()):
        raise NotFound(kind="import", id=str(draft_id))
    return draft


def _reasons(draft: ImportDraft) -> list[tuple[str, str]]:
    """Line and reason of what does not go in."""
    found = []
    for each in draft.rejected:
        params = each["params"]
        known = Rejected(int(str(each["line"])), str(each["code"]), params if isinstance(params, dict) else {})
        found.append((str(known.line), import_wording.reason(known, language())))
    return found
