"""Giving documents out: to whoever may read the case, as an attachment, never opened inside our pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.transaction import reading
from webapp import authorize
from webapp.auth import engine, public, settings
from webapp.files import store
from webapp.operations.sizes import size_words
from webapp.viewer import viewer

blueprint = Blueprint("files", __name__)


@dataclass(frozen=True, slots=True)
class Document:
    """A document as a page lists it."""

    id: UUID
    name: str
    size_words: str
    uploaded_at: datetime


def documents(session: Session, instance_id: UUID) -> Sequence[Document]:
    """The documents of a case, newest first."""
    return [Document(f.id, f.name, size_words(f.size), f.uploaded_at) for f in store.of_case(session, instance_id)]


@blueprint.get("/files/<uuid:file_id>")
@public
def download(file_id: UUID) -> ResponseReturnValue:
    """The bytes of a document. 404 for whoever may not read its case."""
    who, directory = viewer(), settings().files_directory  # who first: a stranger does not learn which ids exist
    with reading(engine()) as reader:
        found = reader.get(store.StoredFile, file_id)
        if found is None or found.erased_at is not None or directory is None:
            raise NotFound(kind="document", id=str(file_id))
        authorize.case(reader, who, "read", found.instance_id)
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
