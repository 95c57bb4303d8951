"""Errors in words: the one place where an error becomes a status, a page or JSON, in the reader's language."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from flask import Flask, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import format_currency, gettext, lazy_gettext
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from engine.dmn import DmnRefused
from engine.errors import AmicaleError, Conflict, DeploymentRefused, FourEyes, Invalid, NotFound, OwnSignature, Refused
from engine.feel.errors import FeelError
from engine.findings import Finding
from webapp.auth import SignInNeeded
from webapp.authorize import MandateEnded, OnlyInPerson
from webapp.dates import day, moment
from webapp.page_addresses import page_before, page_of_form
from webapp.refusal_words import error_in_words, finding_told, worded
from webapp.security import request_id
from webapp.unsent.expired import hold_form

log = logging.getLogger(__name__)
_ = lazy_gettext

STATUS: tuple[tuple[type[AmicaleError], int], ...] = (
    (SignInNeeded, 401),
    (NotFound, 404),
    (Refused, 403),
    (Conflict, 409),
    (Invalid, 422),
)
WORDS = {
    400: (
        _("This request could not be read"),
        _("Go back, reload the page, and try again. Nothing was changed."),
    ),
    401: (_("Sign in first"), _("This page is for people who are signed in.")),
    403: (
        _("You may not see this page"),
        _("Your roles do not open it. If you need it for your work, ask the general delegate for the role."),
    ),
    404: (
        _("Page not found"),
        _("If you typed the address, check it. If you followed a link, the page may have moved or may not be for you."),
    ),
    405: (_("This address does not work that way"), _("Go back and use the buttons of the page.")),
    409: (_("This changed in the meantime"), _("Go back to see how things stand now.")),
    413: (_("This is too large"), _("Choose a smaller file, or send fewer files at a time.")),
    422: (_("This cannot be accepted as it is"), _("Go back, correct what is said above, and send it again.")),
    429: (_("Too many tries"), _("Wait a few minutes, then try again.")),
    500: (
        _("Something went wrong on our side"),
        _("Nothing was done by halves. Try again in a moment; if it happens again, tell us the number below."),
    ),
    503: (_("Amicale is not available right now"), _("Try again in a few minutes.")),
}
# Whoever only opens a page has nothing that could have changed under his hands.
NOT_NOW = _("This is not possible now")
STALE_FORM = _("You signed in or out in another window, or this form is too old. Reload it and send it again.")


LAST_RESORT = (
    "<!doctype html><html lang='fr'><head><meta charset='utf-8'><title>Amicale</title></head><body>"
    "<main><h1>Une erreur s’est produite de notre côté</h1><p lang='en'>Something went wrong on our side.</p>"
    "<p>{}</p></main></body></html>"
)


class _Given(dict[str, object]):
    """Leaves a placeholder readable where a parameter was not given."""

    def __missing__(self, key: str) -> str:
        return f"({key})"


def template_of(kind: type[AmicaleError]) -> str:
    """The English message of an error class, with its placeholders: the first paragraph of the docstring."""
    return inspect.cleandoc(kind.__doc__ or "").split("\n\n")[0].replace("\n", " ")


def in_words(error: AmicaleError) -> str:
    """The error's message in the reader's language."""
    if isinstance(error, DmnRefused | FeelError | DeploymentRefused):
        return error_in_words(error)
    given = {name: _written(value) for name, value in error.params.items()} | worded(error.params)
    return str(gettext(template_of(type(error)))).format_map(_Given(given))


def _written(value: object) -> object:
    """Moments, days and amounts as pages write them: every decimal number in an error of ours is an amount in euros."""
    if isinstance(value, Decimal):
        return format_currency(value, "EUR")
    if isinstance(value, datetime):
        return moment(value)
    return day(value) if isinstance(value, date) else value


def status_of(error: AmicaleError) -> int:
    """The HTTP status of an error; 500 for one that no page expects."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def wants_json() -> bool:
    """Whether the answer goes to a machine."""
    accepted = request.accept_mimetypes
    return request.path.startswith(("/api/", "/webhooks/")) or (
        accepted["application/json"] > accepted["text/html"] and not request.headers.get("HX-Request")
    )


def answer(
    status: int, *, detail: str = "", code: str = "", fields: Mapping[str, object] | None = None,
    findings: Sequence[Finding] = (),
) -> Response:  # fmt: skip
    """The error page, or its JSON, in the reader's language. `findings`: what refused a deployment, for a program."""
    title, advice = WORDS.get(status, WORDS[500] if status >= 500 else WORDS[400])
    if status == 409 and request.method == "GET":
        title = NOT_NOW
    if wants_json():
        body: dict[str, object] = {"error": code or str(status), "message": detail or str(title)}
        body |= {"request_id": request_id()} | ({"fields": fields} if fields else {})
        body |= {"findings": [finding_told(each) for each in findings]} if findings else {}
        response = make_response(jsonify(body), status)
        if status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response
    page = render_template(
        "errors/error.html",
        status=status,
        heading=title,
        advice=advice,
        detail=detail,
        request_id=request_id(),
        back=page_before(),
    )
    return make_response(page, status)


def explain_errors(app: Flask) -> None:
    """Registers the handlers."""
    app.register_error_handler(AmicaleError, on_amicale_error)
    app.register_error_handler(CSRFError, lambda error: answer(400, detail=str(STALE_FORM), code="csrf"))
    app.register_error_handler(RateLimitExceeded, lambda error: answer(429))
    app.register_error_handler(SecurityError, on_other_host)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(Exception, on_defect)


# Refusals that say why: whoever meets them sees the task anyway.
TOLD: Final = (FourEyes, MandateEnded, OnlyInPerson, OwnSignature)


def on_amicale_error(error: AmicaleError) -> Response:
    """An error of ours: its own words on the page of its status. Whoever is not signed in is asked to."""
    status = status_of(error)
    if status == 401 and not wants_json():
        held = hold_form(page_of_form())
        if held is not None:
            return make_response(held)
        target = request.full_path.rstrip("?") if request.method == "GET" else None
        answered = redirect(url_for("people.sign_in", next=target), 303)
        return make_response(answered)
    if status == 500:
        log.error("unexpected %s", error.code, exc_info=error)
        return answer(500, code=error.code)
    quiet = status in {403, 404} and not isinstance(error, TOLD) and not request.path.startswith("/api/")
    detail = "" if quiet else in_words(error)
    wrong = error.params.get("errors")
    fields = wrong if isinstance(wrong, Mapping) else None
    findings = error.findings if isinstance(error, DeploymentRefused) else ()
    return answer(status, detail=detail, code=error.code, fields=fields, findings=findings)


def on_other_host(error: SecurityError) -> Response:
    """A request for a host that is not ours gets no page: a page has links, and they would lead to that host."""
    return make_response(jsonify({"error": "host", "message": "This host is not served here."}), 400)


def on_http_error(error: HTTPException) -> Response:
    """An error of HTTP. A redirect or a ready answer passes as it is."""
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        return on_defect(error.original_exception)
    if error.response is not None or (error.code or 500) < 400:
        return make_response(error.get_response())
    wrong = getattr(error, "data", {}).get("messages")  # what webargs found in a request of a program
    answered = answer(error.code or 500, fields=wrong if isinstance(wrong, Mapping) else None)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answered.headers[name] = value
    return answered


def on_defect(error: BaseException) -> Response:
    """Whatever nobody expected: logged with its trace, answered without a word of it."""
    log.error("defect: %s", type(error).__name__, exc_info=error)
    try:
        return answer(500)
    except Exception as second:
        log.error("the error page failed too", exc_info=second)
        return make_response(LAST_RESORT.format(request_id()), 500)
