"""What an actor id is called on a page: people by their name, the applicant by his part, the machine as itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.words import _
from workflows.association import people

PERSON, LINK = "person:", "link:"


def names_of(session: Session, actors: Iterable[str | None]) -> Mapping[str, str]:
    """Names by actor id, in one query."""
    wanted = {actor for actor in actors if actor}
    ids = {actor: UUID(actor.removeprefix(PERSON)) for actor in wanted if actor.startswith(PERSON)}
    known = people.names_of(session, ids.values())
    return {actor: known.get(ids[actor], _("a former user")) if actor in ids else _other(actor) for actor in wanted}


def _other(actor: str) -> str:
    if actor.startswith(LINK):
        return _("the applicant")
    return "Amicale" if actor == "system" else _("a visitor")
