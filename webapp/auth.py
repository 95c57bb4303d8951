"""Who makes this request, and who may: every endpoint says so by a decorator, and the app refuses one that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, Final, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, request, session
from sqlalchemy import Date, bindparam, select
from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.engine import Engine
from engine.errors import AmicaleError, Refused
from engine.prepared import fetch
from engine.transaction import reading, transaction
from webapp.accounts import sessions
from webapp.accounts.models import Account, WebSession
from webapp.accounts.sessions import Means
from webapp.settings import Settings
from workflows.association import role_names, roles
from workflows.association.people import Person, called
from workflows.association.roles import RoleHolding

TOKEN = "sid"  # noqa: S105 (the name of a key)
MARK = "__amicale_access__"
UNASKED: Final = object()
View = TypeVar("View", bound=Callable[..., object])


# Asked at every request: the session, its person, and one row for each role that he holds today.
_VISITOR: Final = (
    select(
        WebSession.id.label("session_id"), WebSession.means, WebSession.seen_at, Person.id.label("person_id"),
        Person.first_names, Person.birth_name, Person.usage_name, Person.lang, Account.language.label("chosen"),
        RoleHolding.role, RoleHolding.scope,
    )
    .join(Person, Person.id == WebSession.person_id)
    .outerjoin(Account, Account.person_id == Person.id)
    .outerjoin(RoleHolding, roles.held(Person.id, bindparam("today", type_=Date())))
    .where(
        WebSession.token_digest == bindparam("digest"), WebSession.expires_at > bindparam("now"),
        Person.deceased_on.is_(None),
    )
)  # fmt: skip


class SignInNeeded(AmicaleError):
    """Sign in to see this page."""

    code: ClassVar[str] = "sign_in_needed"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person who makes this request, by one of his signed-in browsers."""

    session_id: UUID
    person_id: UUID
    name: str
    language: str
    roles: frozenset[str]
    means: str

    @property
    def actor(self) -> Actor:
        """The person as the engine knows actors."""
        return Actor(id=f"person:{self.person_id}", name=self.name, roles=self.roles)

    @property
    def staff(self) -> bool:
        """Whether the person works for the association, employed or elected."""
        return roles.works_here(self.roles)


@dataclass(frozen=True, slots=True)
class Access:
    """What an endpoint demands. `roles` empty: every signed-in person."""

    kind: str  # public, webhook, api, signed_in, staff, role
    roles: frozenset[str] = frozenset()

    def check(self) -> None:
        """Raises SignInNeeded where nobody is signed in, Refused where the person may not."""
        if self.kind in {"public", "webhook", "api"}:  # `webapp.api.access` checks the token and its scope
            return
        person = current()
        if self.kind == "staff" and not person.staff:
            raise Refused(action="see", kind="page")
        if self.kind == "role" and not self.roles & person.roles:
            raise Refused(action="see", kind="page")

    def marks(self, view: View) -> View:
        """The view with this demand on it."""
        setattr(view, MARK, self)
        return view


def public(view: View) -> View:
    """For everybody."""
    return Access("public").marks(view)


def webhook(view: View) -> View:
    """For machines: no session, no CSRF token; the view checks the signature of what it is sent."""
    return Access("webhook").marks(view)


def signed_in(view: View) -> View:
    """For whoever is signed in."""
    return Access("signed_in").marks(view)


def staff(view: View) -> View:
    """For people with a staff or an elected role."""
    return Access("staff").marks(view)


def role(*keys: str) -> Callable[[View], View]:
    """For holders of one of these roles. Raises KeyError for a role the association does not know."""
    return Access("role", frozenset(role_names.ROLES[key].key for key in keys)).marks


def access_of(view: Callable[..., object]) -> Access:
    """What this view demands. Raises LookupError where it does not say: nothing is open by accident."""
    found = getattr(view, MARK, None)
    if not isinstance(found, Access):
        raise LookupError(
            f"{view.__module__}.{view.__name__} needs @public, @signed_in, @staff, @role, @webhook or @api"
        )
    return found


def guard(app: Flask) -> None:
    """Checks every endpoint's demand before its view runs. Raises LookupError for an endpoint without one."""
    demands = {endpoint: access_of(view) for endpoint, view in app.view_functions.items()}

    @app.before_request
    def check() -> None:
        if request.endpoint is not None:
            demands[request.endpoint].check()


def engine() -> Engine:
    """The engine of this app."""
    found = current_app.extensions["amicale"]
    assert isinstance(found, Engine)
    return found


def settings() -> Settings:
    """The settings of this app."""
    found = current_app.extensions["amicale.settings"]
    assert isinstance(found, Settings)
    return found


def current_day() -> date:
    """The day in the association's zone, wherever its pages are read."""
    return engine().clock.now().astimezone(engine().settings.zone).date()


def current() -> SignedIn:
    """Who is signed in. Raises SignInNeeded."""
    person = visitor()
    if person is None:
        raise SignInNeeded
    return person


def visitor() -> SignedIn | None:
    """Who is signed in, or nobody. Looked up once a request."""
    found = g.get("visitor", UNASKED)
    if found is UNASKED:
        found = g.visitor = _find_visitor(session.get(TOKEN))
    return found if isinstance(found, SignedIn) else None


def _find_visitor(token: object) -> SignedIn | None:
    if not isinstance(token, str):
        return None
    now = engine().clock.now()
    today = now.astimezone(ZoneInfo(settings().zone)).date()
    with reading(engine()) as reader:
        rows = fetch(reader, _VISITOR, {"digest": sessions.digest(token), "now": now, "today": today})
    if not rows:
        return None
    found = rows[0]
    if now - found.seen_at > sessions.SEEN_EVERY:
        with transaction(engine()) as writer:
            sessions.seen(writer, found.session_id, now)
    return SignedIn(
        session_id=found.session_id,
        person_id=found.person_id,
        name=called(found.first_names, found.usage_name or found.birth_name),
        language=found.chosen or found.lang,
        roles=frozenset(roles.key(row.role, row.scope) for row in rows if row.role is not None),
        means=found.means,
    )


def sign_in(writer: Session, person: Person, means: Means, *, remembered: bool) -> None:
    """Signs this browser in: a fresh session, whatever it held before but the chosen language is forgotten."""
    lasts = timedelta(days=settings().remembered_days) if remembered else timedelta(hours=settings().session_hours)
    token = sessions.open_session(
        writer,
        person.id,
        means,
        engine().clock.now(),
        lasts=lasts,
        remembered=remembered,
        agent=request.user_agent.string,
    )
    kept = {"lang": session["lang"]} if "lang" in session else {}
    session.clear()
    session.update(kept)
    session[TOKEN] = token
    session.permanent = remembered
    g.pop("visitor", None)


def sign_out(writer: Session) -> None:
    """Ends this browser's session, in the database and in its cookie."""
    person = visitor()
    if person is not None:
        sessions.end(writer, person.person_id, person.session_id)
    kept = {"lang": session["lang"]} if "lang" in session else {}
    session.clear()
    session.update(kept)
    g.pop("visitor", None)
