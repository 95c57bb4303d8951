"""Putting documents beside a case by hand, and taking them back: what came by letter, a scan, a note.

Checked as the files of forms are: kind by name and content, size, scanner. Seen by the staff who handle the case; by
whom it is about too where it is shared. Exported, erased and backed up as every document of the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.history import record
from engine.transaction import reading, transaction
from forms.files import KINDS, FileRefused, Upload, UploadedFile, receive
from forms.messages import message
from webapp import authorize
from webapp.auth import engine, settings, staff
from webapp.files import store
from webapp.files.routes import removable
from webapp.files.scanning import scanner
from webapp.viewer import viewer
from webapp.words import _, language, ngettext

blueprint = Blueprint("attaching", __name__)
MOST: Final = 10  # files of one request


@blueprint.post("/cases/<uuid:instance_id>/documents")
@staff
def attach(instance_id: UUID) -> ResponseReturnValue:
    """Puts the sent files beside the case; says of each that is refused why, and keeps the others."""
    with reading(engine()) as reader:
        authorize.case(reader, viewer(), "comment", instance_id)
    kept = _accepted()
    if kept:
        with transaction(engine()) as writer:
            keep(writer, kept, instance_id, internal=request.form.get("shared") != "1")
        flash(ngettext("%(num)d document is kept.", "%(num)d documents are kept.", len(kept)), "success")
    return _back(instance_id)


@blueprint.post("/files/<uuid:file_id>/remove")
@staff
def remove(file_id: UUID) -> ResponseReturnValue:
    """Takes back what was put beside a case by hand: its bytes and its name are deleted. Raises NotFound."""
    directory = settings().files_directory
    assert directory is not None
    with transaction(engine()) as writer:
        found = writer.get(store.StoredFile, file_id)
        if found is None or found.erased_at is not None or not removable(found, viewer()):
            raise NotFound(kind="document", id=str(file_id))
        instance_id = authorize.case(writer, viewer(), "comment", found.instance_id).id
        store.erase(writer, directory, file_id, engine().clock.now())
        record(writer, engine(), instance_id, "document_removed", by=viewer().actor)
    flash(_("The document is deleted."), "success")
    return _back(instance_id)


def keep(session: Session, files: Sequence[UploadedFile], instance_id: UUID, *, internal: bool) -> Sequence[UUID]:
    """Keeps accepted files with a case, under the name of the viewer; answers their ids."""
    directory, now, actor = settings().files_directory, engine().clock.now(), viewer().actor
    assert directory is not None
    rows = [store.store(directory, store.ATTACHED, each, instance_id, None, actor.id, now) for each in files]
    for row in rows:
        row.internal = internal
        store.sweep(session, store.path_of(directory, row.id).parent, now)
    session.add_all(rows)
    record(session, engine(), instance_id, "document_added", by=actor, data={"count": len(rows), "internal": internal})
    return [row.id for row in rows]


def _accepted() -> Sequence[UploadedFile]:
    """The files of this request that may be kept. Of the others it is said why."""
    sent = [each for each in request.files.getlist("documents") if each.filename]
    if not sent or len(sent) > MOST:
        flash(_("Choose a file, or up to ten."), "error")
        return []
    kept = []
    for each in sent:
        try:
            kept.append(receive(cast("Upload", each), tuple(KINDS), settings().file_megabytes, scanner()))
        except FileRefused as refused:
            params = {**refused.params, "kinds": ", ".join(kind.upper() for kind in KINDS)}
            reason = message(language(), refused.code, **params)
            flash(_("%(file)s: %(reason)s", file=(each.filename or "")[:80], reason=reason), "error")
    return kept


def _back(instance_id: UUID) -> ResponseReturnValue:
    """To the task beside which the form stood, else to the case."""
    try:
        return redirect(url_for("inbox.task", task_id=UUID(request.form.get("task", "")), _anchor="documents"), 303)
    except ValueError:
        return redirect(url_for("operations.case", instance_id=instance_id, _anchor="documents"), 303)
