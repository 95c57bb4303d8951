"""The session ended in the middle of a form, or its language was changed: what was typed and chosen is kept, and the
form is back after the next sign-in, or at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import UUID

from flask import Flask, Response, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from engine.transaction import reading, transaction
from webapp import auth
from webapp.auth import TOKEN
from webapp.security import local_path
from webapp.unsent import files, store
from webapp.unsent.along import box_words, send_along
from webapp.unsent.files import KEPT
from webapp.unsent.filling import filled, shown_apart, with_files
from webapp.words import _

__all__ = [
    "PARAMETER",
    "ask_again",
    "held_before",
    "hold_files",
    "hold_form",
    "kept_beside",
    "kept_for",
    "put_back",
    "say_lost",
    "typed_before",
]

PARAMETER: Final = "unsent"
SWITCHED: Final = "typed"  # the same where the writer left the page for a moment only
SECRET: Final = ("csrf_token", "request_key", "password", "token", "secret")


def hold_form(page: str | None) -> ResponseReturnValue | None:
    """Keeps the form of this POST and leads to the sign-in; None where it is nobody's, or where no page shows it.

    `page`: the address of ours on which the form stood. The token against forgery was checked before; the form that
    comes back has a new one, and is sent by its writer alone.
    """
    token = session.get(TOKEN)
    if request.method != "POST" or page is None or not isinstance(token, str) or request.mimetype == "application/json":
        return None
    typed = _typed()
    with transaction(auth.engine()) as writer:
        held_id, lost = _hold(writer, token, typed, request.path)
    if held_id is None:
        if typed or lost:
            flash(_("Your session had ended, and what you typed could not be kept. Nothing was sent."), "warning")
        return None
    back = _with(page, PARAMETER, held_id)
    flash(_("Your session had ended. What you typed is kept: sign in, and it is in its form again."), "info")
    say_lost(lost)
    return redirect(url_for("people.sign_in", next=back), 303)


def kept_for(page: str) -> str:
    """The address of this page with its form, which this POST carries elsewhere, as to change the language; that of the
    sign-in where the session has ended, and of the bare page, with a word, where the form cannot be kept. `to` in the
    address of the request: where the form is sent, if not to the page that it stands on; `also`: forms of the page that
    were kept before."""
    typed, (held_id, lost) = _typed(), _kept(page)
    say_lost(lost)
    if held_id is None and any(text.strip() for texts in typed.values() for text in texts):
        flash(_("What you typed could not be kept. Nothing was sent."), "warning")
    kept = [*_ids(request.args.getlist("also")), *([] if held_id is None else [held_id])]
    if not kept:
        return page
    if auth.visitor() is not None:
        return _with(page, SWITCHED, *kept)
    flash(_("Your session had ended. What you typed is kept: sign in, and it is in its form again."), "info")
    return url_for("people.sign_in", next=_with(page, PARAMETER, *kept))


def kept_beside(page: str) -> str:
    """The id under which the form of this POST is kept, for a page of which one more is sent along; "" where none."""
    held_id, lost = _kept(page)
    say_lost(lost)
    return "" if held_id is None else str(held_id)


def _kept(page: str) -> tuple[UUID | None, Sequence[str]]:
    token, path = session.get(TOKEN), urlsplit(local_path(request.args.get("to"), page)).path
    with transaction(auth.engine()) as writer:
        return _hold(writer, token if isinstance(token, str) else "", _typed(), path)


def _with(page: str, parameter: str, *held: UUID) -> str:
    place = urlsplit(page)
    query = [pair for pair in parse_qsl(place.query) if pair[0] not in {PARAMETER, SWITCHED}]
    query += [(parameter, str(each)) for each in held]
    return urlunsplit(("", "", place.path, urlencode(query), ""))


def hold_files(writer: Session) -> tuple[UUID | None, Sequence[str]]:
    """Keeps the files alone of this POST, whose texts are kept elsewhere. Answers under which id, None where there is
    nothing to keep, and the names of those that are not kept."""
    token = session.get(TOKEN)
    if not files.uploads(request.files.items(multi=True)) and not request.form.getlist(KEPT):
        return None, ()
    return _hold(writer, token if isinstance(token, str) else "", {}, request.path)


def ask_again(writer: Session) -> None:
    """Lets the files of this POST go along with its form, which this answer asks again in another shape; of a visitor
    without a session it says which are to be chosen again."""
    for _field, each in files.uploads(request.files.items(multi=True)):
        each.stream.seek(0)  # whoever checked it has read it
    held_id, lost = hold_files(writer)
    say_lost(lost)
    person = auth.visitor()
    if held_id is not None and person is not None:
        now = auth.engine().clock.now()
        g.sent_along = files.of_form(writer, held_id, person.person_id, now)
        store.take(writer, held_id, person.person_id, now)  # the texts are in the form of this answer


def _hold(writer: Session, token: str, typed: Mapping[str, list[str]], path: str) -> tuple[UUID | None, Sequence[str]]:
    sent, now = files.uploads(request.files.items(multi=True)), auth.engine().clock.now()
    again = _ids(request.form.getlist(KEPT))
    held = store.hold(writer, token, path, typed, now, files=bool(sent or again))
    if held is None:
        return None, [each.filename or "" for _, each in sent]
    return held.id, files.hold(writer, (held.id, held.person_id, held.path), sent, again, now)


def say_lost(names: Iterable[str]) -> None:
    """Says which files are to be chosen again."""
    for name in names:
        flash(_("“%(name)s” was not kept: choose it again.", name=name), "warning")


def _typed() -> Mapping[str, list[str]]:
    fields = request.form.to_dict(flat=False)
    own = (name for name in fields if name not in {KEPT, "code"} and not any(word in name.lower() for word in SECRET))
    return {name: fields[name] for name in own}


def held_before(name: str) -> list[str]:
    """The texts of a hidden field of the form that is to be put back into this page: what the page is about, where its
    address does not say it."""
    found = _held()
    return list(found.typed.get(name, ())) if found is not None else []


def typed_before() -> MultiDict[str, str] | None:
    """All that was typed into the form that is to be put back into this page, for a page whose questions depend on the
    answers; None where there is none."""
    found = _held()
    return None if found is None or not found.typed else MultiDict(found.typed)


def _held() -> store.UnsentForm | None:
    """The form that is sent to where this page stands."""
    asked = _asked()
    person = auth.visitor() if asked and request.method == "GET" else None
    if person is None:
        return None
    with reading(auth.engine()) as reader:
        now = auth.engine().clock.now()
        found = (store.held(reader, each, person.person_id, now) for each in asked)
        return next((each for each in found if each is not None and each.path == request.path), None)


def _asked() -> list[UUID]:
    """The forms that this address asks for."""
    return _ids(request.args.getlist(PARAMETER) or request.args.getlist(SWITCHED))


def _ids(texts: Iterable[str]) -> list[UUID]:
    """The ids among these texts: what names nothing changes nothing."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def put_back(app: Flask) -> None:
    """Pages that are asked for with what was kept show it in their form, once, to whoever typed it; the files that were
    chosen with it go along when it is sent."""
    send_along(app)

    @app.after_request
    def fill(response: Response) -> Response:
        asked = _asked()
        person = auth.visitor() if asked and request.method == "GET" and response.status_code == 200 else None
        if person is None or response.mimetype != "text/html" or response.is_streamed:
            return response
        page = response.get_data(as_text=True)
        for held_id in asked:
            page = _put_into(page, held_id, person.person_id)
        response.set_data(page)
        return response


def _put_into(page: str, held_id: UUID, person_id: UUID) -> str:
    now = auth.engine().clock.now()
    with transaction(auth.engine()) as writer:
        held = store.take(writer, held_id, person_id, now)
        chosen = files.of_form(writer, held_id, person_id, now)
    if held is None:
        return page
    ended = PARAMETER in request.args
    words = _("This is what you typed before your session ended. It has not been sent yet.") if ended else ""
    if held.typed:
        shown = filled(page, request.path, held.path, held.typed, words)
        gone = _("What you typed has no form here any more. Copy it from here if you need it.")
        page = shown or shown_apart(page, held.typed, gone)
    if chosen:
        page = with_files(page, request.path, held.path, chosen, box_words) or page
    return page
