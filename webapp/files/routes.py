"""Giving documents out: to whoever may read the case, as an attachment, never opened inside our pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.models import ProcessInstance, UserTask
from engine.transaction import reading
from webapp import authorize
from webapp.auth import engine, public, settings
from webapp.authorize import Viewer
from webapp.files import store
from webapp.operations.sizes import size_words
from webapp.viewer import viewer
from workflows.association import discretion

blueprint = Blueprint("files", __name__)


@dataclass(frozen=True, slots=True)
class Document:
    """A document as a page lists it."""

    id: UUID
    name: str
    size_words: str
    uploaded_at: datetime
    internal: bool
    removable: bool


def documents(session: Session, who: Viewer, case: ProcessInstance, *, internal: bool = True) -> Sequence[Document]:
    """The documents of a case that this viewer may open, newest first; `internal`: those of the staff alone too."""
    found = [each for each in store.of_case(session, case.id) if _may_open(who, case, each)]
    return [
        Document(each.id, each.name, size_words(each.size), each.uploaded_at, each.internal, removable(each, who))
        for each in found
        if internal or not each.internal
    ]


def removable(document: store.StoredFile, who: Viewer) -> bool:
    """Whether the viewer may take back what was put beside the case by hand: whoever put it there, and overseers."""
    return document.field == store.ATTACHED and (document.uploaded_by in who.identities or who.oversees)


def _case(session: Session, who: Viewer, instance_id: UUID) -> ProcessInstance:
    """The case, for whoever has work in it or may read it. Raises NotFound."""
    work = select(UserTask.id).where(UserTask.instance_id == instance_id, authorize.authorize(who, "work", UserTask))
    if session.scalars(work.limit(1)).first() is not None:
        return session.get_one(ProcessInstance, instance_id)
    return authorize.case(session, who, "read", instance_id)


def _may_open(who: Viewer, case: ProcessInstance, document: store.StoredFile) -> bool:
    if document.internal and not who.staff:
        return False
    return document.uploaded_by in who.identities or discretion.may_open(case.process_id, who.actor.roles)


@blueprint.get("/files/<uuid:file_id>")
@public
def download(file_id: UUID) -> ResponseReturnValue:
    """The bytes of a document. 404 for whoever may not read its case, or not its documents."""
    who, directory = viewer(), settings().files_directory  # who first: a stranger does not learn which ids exist
    with reading(engine()) as reader:
        found = reader.get(store.StoredFile, file_id)
        if found is None or found.erased_at is not None or directory is None:
            raise NotFound(kind="document", id=str(file_id))
        if not _may_open(who, _case(reader, who, found.instance_id), found):
            raise NotFound(kind="document", id=str(file_id))
        path = store.path_of(directory, found.id)
        if not path.is_file():
            raise NotFound(kind="document", id=str(file_id))
        answer = send_file(
            path, mimetype=found.media_type, as_attachment=True, download_name=found.name, max_age=0, etag=False
        )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
