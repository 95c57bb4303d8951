"""Files that were kept go along with the form that is sent again, and stay for as long as it is refused."""

from __future__ import annotations

from uuid import UUID

from flask import Flask, Response, g, request
from werkzeug.datastructures import ImmutableMultiDict

from engine.transaction import reading, transaction
from webapp import auth
from webapp.unsent import files
from webapp.unsent.files import KEPT, KeptFile
from webapp.unsent.filling import with_files
from webapp.words import _

__all__ = ["box_words", "send_along"]


def box_words(name: str) -> str:
    """What the box of a file says that goes along."""
    return _("Send “%(name)s” along, which you chose before", name=name)


def send_along(app: Flask) -> None:
    """Lets the kept files whose boxes are ticked join the request, and forgets them once its form was accepted."""

    @app.before_request
    def join() -> None:
        ids = _asked() if request.method == "POST" else []
        person = auth.visitor() if ids else None
        if person is None:
            return
        with reading(auth.engine()) as reader:
            kept = files.to_send(reader, ids, person.person_id, request.path, auth.engine().clock.now())
        sent = files.uploads(request.files.items(multi=True))
        chosen = {field for field, _ in sent}
        g.sent_along = [file for file, _ in kept]
        more = [(file.field, upload) for file, upload in kept if file.field not in chosen]
        request.files = ImmutableMultiDict([*sent, *more])

    @app.after_request
    def settle(response: Response) -> Response:
        kept: list[KeptFile] = g.get("sent_along", [])
        if not kept:
            return response
        page = None
        if response.mimetype == "text/html" and not response.is_streamed:
            page = with_files(response.get_data(as_text=True), request.path, request.path, kept, box_words)
        if page is not None:  # the form is asked again
            response.set_data(page)
        elif response.status_code < 400:
            with transaction(auth.engine()) as writer:
                files.forget(writer, [each.id for each in kept])
        return response


def _asked() -> list[UUID]:
    try:
        return [UUID(text) for text in request.form.getlist(KEPT)]
    except ValueError:  # no page of ours wrote it
        return []
