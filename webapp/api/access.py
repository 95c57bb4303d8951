"""Who a program is: the bearer of a token (RFC 6750). Cookies count for nothing here, so that no other site's page can
make a browser call the interface."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ClassVar

from flask import g, request
from sqlalchemy.orm import Session

import workflows
from engine.assignment import Actor
from engine.errors import Refused
from engine.transaction import reading, transaction
from webapp.api import tokens
from webapp.api.tokens import PREFIX, ApiToken
from webapp.auth import Access, SignInNeeded, View, current_day, engine
from webapp.authorize import Viewer
from webapp.operations.drawing import SUBJECT_ROLES
from workflows.association import own_names, people, roles

BEARER = "Bearer "


class TokenNeeded(SignInNeeded):
    """Send a living token: Authorization: Bearer amc_…"""

    code: ClassVar[str] = "token_needed"


class ScopeMissing(Refused):
    """The token does not reach so far: it needs the scope “{scope}”."""

    code: ClassVar[str] = "scope_missing"


def api(scope: str) -> Callable[[View], View]:
    """For programs whose token has this scope. Raises TokenNeeded, ScopeMissing when it is called."""

    def demand(view: View) -> View:
        @wraps(view)
        def checked(*args: object, **kwargs: object) -> object:
            g.viewer = bearer(scope)
            return view(*args, **kwargs)

        return Access("api").marks(checked)  # type: ignore[return-value]

    return demand


def bearer(scope: str) -> Viewer:
    """The viewer that the request's token stands for."""
    sent = request.headers.get("Authorization", "")
    if not sent.startswith(BEARER + PREFIX):
        raise TokenNeeded
    now = engine().clock.now()
    with reading(engine()) as reader:
        token = tokens.find(reader, sent.removeprefix(BEARER), now)
        viewer = None if token is None else viewer_of(reader, token)
        stale = token is not None and (token.seen_at is None or now - token.seen_at > tokens.SEEN_EVERY)
    if token is None or viewer is None:
        raise TokenNeeded
    if scope not in token.scopes:
        raise ScopeMissing(scope=scope)
    if stale:
        with transaction(engine()) as writer:
            tokens.seen(writer, token.id, now)
    return viewer


def viewer_of(reader: Session, token: ApiToken) -> Viewer | None:
    """Whom a token stands for; None where the person is not there any more."""
    if token.person_id is None:
        held = frozenset(token.roles)
        actor = Actor(f"service:{token.name}"[:64], token.name, held)
        return Viewer(actor, frozenset({actor.id}), _owned(held), staff=True)
    person = people.get(reader, token.person_id)
    if person is None or person.deceased_on is not None:
        return None
    today = current_day()
    held = roles.keys_of(reader, person.id, today)
    names = own_names.of_person(reader, person.id)
    actor = Actor(f"person:{person.id}", person.display_name, held - SUBJECT_ROLES, also=names.every)
    return Viewer(actor, names.own, _owned(held), staff=roles.works_here(held), today=today)


def _owned(held: frozenset[str]) -> frozenset[str]:
    return frozenset(entry.process_id for entry in workflows.catalogue() if set(entry.owner_roles) & held)
