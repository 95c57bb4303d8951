"""The session ended in the middle of a form: what was typed is kept, and the form is back after the next sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import UUID

from flask import Flask, Response, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from engine.transaction import reading, transaction
from webapp import auth
from webapp.auth import TOKEN
from webapp.unsent import store
from webapp.unsent.filling import filled
from webapp.words import _

__all__ = ["held_before", "hold_form", "put_back"]

PARAMETER: Final = "unsent"
SECRET: Final = ("csrf_token", "request_key", "password", "code", "token", "secret")


def hold_form(page: str | None) -> ResponseReturnValue | None:
    """Keeps the form of this POST and leads to the sign-in; None where it is nobody's, or where no page shows it.

    `page`: the address of ours on which the form stood. The token against forgery was checked before; the form that
    comes back has a new one, and is sent by its writer alone.
    """
    token = session.get(TOKEN)
    if request.method != "POST" or page is None or not isinstance(token, str) or request.mimetype == "application/json":
        return None
    with transaction(auth.engine()) as writer:
        held_id = store.hold(writer, token, request.path, _typed(), auth.engine().clock.now())
    if held_id is None:
        return None
    place = urlsplit(page)
    query = [pair for pair in parse_qsl(place.query) if pair[0] != PARAMETER]
    back = urlunsplit(("", "", place.path, urlencode([*query, (PARAMETER, str(held_id))]), ""))
    flash(_("Your session had ended. What you typed is kept: sign in, and it is in its form again."), "info")
    return redirect(url_for("people.sign_in", next=back), 303)


def _typed() -> Mapping[str, list[str]]:
    fields = request.form.to_dict(flat=False)
    return {name: texts for name, texts in fields.items() if not any(word in name.lower() for word in SECRET)}


def held_before(name: str) -> list[str]:
    """The texts of a hidden field of the form that is to be put back into this page: what the page is about, where its
    address does not say it."""
    person, asked = auth.visitor(), request.args.get(PARAMETER, "")
    if person is None or not asked or request.method != "GET":
        return []
    try:
        held_id = UUID(asked)
    except ValueError:
        return []
    with reading(auth.engine()) as reader:
        found = store.held(reader, held_id, person.person_id, auth.engine().clock.now())
        return list(found.typed.get(name, ())) if found is not None and found.path == request.path else []


def put_back(app: Flask) -> None:
    """Pages that are asked for with what was kept show it in their form, once, to whoever typed it."""

    @app.after_request
    def fill(response: Response) -> Response:
        asked = request.args.get(PARAMETER, "")
        person = auth.visitor() if asked and request.method == "GET" and response.status_code == 200 else None
        if person is None or response.mimetype != "text/html" or response.is_streamed:
            return response
        try:
            held_id = UUID(asked)
        except ValueError:
            return response
        with transaction(auth.engine()) as writer:
            held = store.take(writer, held_id, person.person_id, auth.engine().clock.now())
        if held is None:
            return response
        words = _("This is what you typed before your session ended. It has not been sent yet.")
        page = filled(response.get_data(as_text=True), request.path, held.path, held.typed, words)
        if page is not None:
            response.set_data(page)
        return response
