"""What an actor id is called on a page: people by their name, the applicant by his part, the machine as itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.accounts.models import Account
from webapp.words import _
from workflows.association import people
from workflows.association.people import Person

PERSON, LINK = "person:", "link:"


def names_of(session: Session, actors: Iterable[str | None]) -> Mapping[str, str]:
    """Names by actor id, in one query."""
    wanted = {actor for actor in actors if actor}
    ids = {actor: UUID(actor.removeprefix(PERSON)) for actor in wanted if actor.startswith(PERSON)}
    known = people.names_of(session, ids.values())
    return {actor: known.get(ids[actor], _("a former user")) if actor in ids else _other(actor) for actor in wanted}


def tongues_of(session: Session, actors: Iterable[str], shown: str) -> Mapping[str, str]:
    """The language of those of these people who write in another than the page is `shown` in, as they chose it for the
    pages, else as it stands in the register: `lang` of what they wrote (WCAG 2.2, 3.1.2)."""
    ids = {each for actor in actors if (each := _person_id(actor)) is not None}
    chosen = func.coalesce(Account.language, Person.lang)
    query = select(Person.id, chosen).outerjoin(Account, Account.person_id == Person.id)
    rows = session.execute(query.where(Person.id.in_(ids), chosen != shown)).tuples()
    return {f"{PERSON}{person_id}": lang for person_id, lang in rows}


def _person_id(actor: str) -> UUID | None:
    try:
        return UUID(actor.removeprefix(PERSON)) if actor.startswith(PERSON) else None
    except ValueError:  # a program's: no person of the register
        return None


def _other(actor: str) -> str:
    if actor.startswith(LINK):
        return _("the applicant")
    return "Amicale" if actor == "system" else _("a visitor")
