"""What every address of the interface shares: the blueprint, its errors, keyset places, the idempotency key."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from flask import request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.requests import answered, remember
from webapp.api.access import api
from webapp.api.schemas import ErrorOut
from webapp.auth import View, engine
from webapp.dates import read_moment
from webapp.viewer import viewer

PREFIX = "/api/v1"
KEY = re.compile(r"[A-Za-z0-9]{16,80}")
KEY_HEADER = {
    "in": "header", "name": "Idempotency-Key", "required": False, "schema": {"type": "string"},
    "description": "16 to 80 letters and digits: it is done once; sent again, the answer says what it made, "
                   "as things stand then",
}  # fmt: skip
ERRORS = {401: "No living token", 403: "The token does not reach so far", 404: "Not there, or not for this token",
          409: "Somebody was faster, or it is not possible any more", 422: "Not as it should be"}  # fmt: skip

blueprint = Blueprint("api", __name__, url_prefix=PREFIX)


class IdempotencyKeyRefused(Invalid):
    """An Idempotency-Key has 16 to 80 letters and digits; hyphens in it count for nothing."""

    code: ClassVar[str] = "idempotency_key_refused"


class PlaceUnreadable(Invalid):
    """`after` is what `next` of the page before said."""

    code: ClassVar[str] = "place_unreadable"


def address(
    method: str, rule: str, *, scope: str, answers: type[Schema] | None = None, status: int = 200,
    query: type[Schema] | None = None, body: type[Schema] | None = None, refuses: Sequence[int] = (),
    keyed: bool = False,
) -> Callable[[View], View]:  # fmt: skip
    """Puts a view at an address, for tokens with a scope: what it reads, what it answers, how it may refuse. With
    `keyed` it heeds an Idempotency-Key."""

    def put(view: View) -> View:
        documented: Any = view
        for code in (401, 403, *refuses):
            documented = blueprint.alt_response(code, schema=ErrorOut, description=ERRORS[code])(documented)
        documented = blueprint.response(status, answers)(documented)
        if query is not None:
            documented = blueprint.arguments(query, location="query", unknown=RAISE)(documented)
        if body is not None:
            documented = blueprint.arguments(body)(documented)
        if keyed:
            documented = blueprint.doc(parameters=[KEY_HEADER])(documented)
        blueprint.route(rule, methods=[method])(api(scope)(documented))
        return view

    return put


def idempotency_key() -> str | None:
    """The request's key: with the same key again nothing is done twice. Raises IdempotencyKeyRefused."""
    sent = request.headers.get("Idempotency-Key")
    if sent is None:
        return None
    key = sent.replace("-", "")
    if not KEY.fullmatch(key):
        raise IdempotencyKeyRefused
    return key


def once(session: Session, verb: str, asked: Mapping[str, Any], do: Callable[[], object]) -> str:
    """What `do` answered, as a text: with a key it is done for the first of such requests, and kept for the others.

    Raises IdempotencyKeyRefused; RequestKeyReused where the key served another verb, other words or another actor.
    """
    key, said = idempotency_key(), f"{verb} {_fingerprint(asked)}"
    before = answered(session, key, said, viewer().actor)
    if before is not None:
        return before
    answer = str(do())
    remember(session, key, said, viewer().actor, answer, engine().clock.now())
    return answer


def _fingerprint(asked: Mapping[str, Any]) -> str:
    """64 letters that are others for another body: what a request's key is kept with."""
    return hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()


def place(*parts: object) -> str:
    """Where a page ends, for `next`."""
    return "~".join(each.isoformat() if isinstance(each, datetime) else str(each) for each in parts)


def read_place(after: str | None, moments: int, last: Callable[[str], object] = UUID) -> tuple[Any, ...] | None:
    """The opposite: so many moments, and an id. Raises PlaceUnreadable."""
    if after is None:
        return None
    parts = after.split("~")
    try:
        if len(parts) != moments + 1:
            raise ValueError(after)
        return (*(read_moment(each) for each in parts[:-1]), last(parts[-1]))
    except ValueError as error:
        raise PlaceUnreadable(field="after") from error


def number(text: str, below: int = 2**63) -> int:
    """The number with which a place ends where rows are counted; `below` is what the column cannot hold: PostgreSQL
    refuses to compare it with more. Raises ValueError for what no page of ours wrote."""
    found = int(text)
    if not 0 <= found < below:
        raise ValueError(text)
    return found
