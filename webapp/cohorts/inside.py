"""What a group settled inside itself, in words: whom it elected, and its triads or mirror groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.words import _, language
from workflows.association import people
from workflows.association.cohorts import elections, triads
from workflows.association.cohorts.records import Cohort


@dataclass(frozen=True, slots=True)
class GroupRole:
    """A role of the group; `seat_id` and `name` are those of its holder, where there is one."""

    key: str
    words: str
    seat_id: UUID | None
    name: str


def group_roles(session: Session, cohort: Cohort) -> Sequence[GroupRole]:
    """Every role that a group fills from among itself."""
    held = elections.held(session, cohort.id)
    names = people.names_of(session, [seat.person_id for seat in held.values()])
    return [
        GroupRole(key, _first_upper(said[language() == "en"]), seat.id, names.get(seat.person_id, "–"))
        if (seat := held.get(key)) is not None
        else GroupRole(key, _first_upper(said[language() == "en"]), None, "")
        for key, said in elections.ROLES.items()
    ]


def drawn_words(session: Session, cohort: Cohort, today: date) -> str:
    """What the latest draw was of, as a heading."""
    mirrors = triads.kind_now(session, cohort, today) is triads.MIRROR
    return _("Mirror groups until the next draw") if mirrors else _("Triads until the next draw")


def triad_names(session: Session, cohort: Cohort, today: date) -> Sequence[str]:
    """The small groups of the latest draw by the names of their people."""
    groups = triads.current(session, cohort, today)
    names = people.names_of(session, [seat.person_id for group in groups for seat in group])
    return [", ".join(sorted(names.get(seat.person_id, "–") for seat in group)) for group in groups]


def companions(session: Session, cohort: Cohort, seat_id: UUID, today: date) -> Sequence[tuple[str, str]]:
    """Who stands beside somebody in his group, each with what he is: those of his small group, and the elected."""
    groups = triads.current(session, cohort, today)
    mine = next((group for group in groups if seat_id in {each.id for each in group}), [])
    names = people.names_of(session, [seat.person_id for seat in mine])
    with_me = [names.get(seat.person_id, "–") for seat in mine if seat.id != seat_id]
    mirrors = triads.kind_now(session, cohort, today) is triads.MIRROR
    small = _("In your mirror group") if mirrors else _("In your triad")
    found = [(small, ", ".join(sorted(with_me)))] if with_me else []
    return [*found, *((each.words, each.name) for each in group_roles(session, cohort) if each.seat_id is not None)]


def _first_upper(words: str) -> str:
    return words[:1].upper() + words[1:]
