"""A dozen events that leads of groups have proposed when the demonstration opens, with people who registered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine import commands, jobs
from engine.assignment import Actor
from engine.engine import Engine
from engine.starting import StartContext
from engine.transaction import reading, transaction
from engine.workdays import french_holidays
from workflows.association.case_variables import local_day
from workflows.association.events import changing, registrations
from workflows.association.events.records import PUBLISHED, Event
from workflows.association.memberships import PAID_UP, Membership
from workflows.association.record_set import record_set
from workflows.association.roles import RoleHolding

Values = dict[str, object]
_GROUP: Final = "group:"
_HOUSE: Final = "1 rue des Diplômés, Paris"
_MUSEUM: Final = "4 place du Musée, Lyon"
_QUAY: Final = "12 quai des Brumes, Lyon"


class Proposal(NamedTuple):
    """What a lead proposes: on the first `weekday` (0 is Monday) that is no holiday, `ahead` days from now or later."""

    french: str
    english: str
    kind: str
    ahead: int
    people: int
    weekday: int
    hours: tuple[int, int]
    place: str
    more: Values


EVENTS: Final = tuple(
    Proposal(*each)
    for each in (
        ("Afterwork du réseau", "Network drinks", "AFTERWORK", 12, 25, 3, (19, 22), _QUAY, {"alcohol": "FREE"}),
        ("Visite des réserves du musée", "Behind the scenes of the museum", "VISIT", 18, 15, 5, (14, 16), _MUSEUM, {}),
        ("Changer de métier à quarante ans", "A new career at forty", "TALK", 24, 40, 1, (19, 21), _HOUSE,
            {"speaker": "OUTSIDE"}),
        ("Randonnée des crêtes", "A walk along the ridge", "SPORT", 33, 18, 6, (9, 17), "Col de la Croix",
            {"adventure": True}),
        ("Petit-déjeuner énergie", "Breakfast on energy", "TALK", 26, 12, 2, (8, 10), _HOUSE, {}),
        ("Dîner de promotion", "Class dinner", "DINNER", 45, 60, 4, (20, 23), _QUAY, {"price_member": Decimal(35)}),
        ("Café du jeudi", "Thursday coffee", "AFTERWORK", 14, 10, 3, (17, 19), _QUAY,
            {"repeats": 6, "every_weeks": 1}),
        ("Lire un bilan", "Reading accounts", "TALK", 20, 30, 0, (18, 20), "", {"online": True}),
        ("Table ronde avec une élue", "Round table with a deputy", "TALK", 55, 90, 3, (19, 21), _HOUSE,
            {"speaker": "POLITICAL"}),
        ("Gala de printemps", "Spring gala", "GALA", 120, 320, 5, (19, 23), "Palais des Congrès, Lyon",
            {"alcohol": "SOLD", "price_member": Decimal(120)}),
        ("Retrouvailles des dix ans", "Ten years on", "REUNION", 70, 45, 5, (15, 19), _QUAY, {"music": True}),
        ("Concert de chambre", "Chamber music", "CULTURE", 40, 1, 4, (20, 22), _MUSEUM, {}),
    )
)  # fmt: skip
# How often a year of a thousand events brings each kind: most are small and come every month.
FREQUENCY: Final[Mapping[str, int]] = MappingProxyType(
    {
        "AFTERWORK": 30, "TALK": 10, "VISIT": 14, "CULTURE": 10, "REUNION": 9, "DINNER": 6, "SPORT": 5, "GALA": 4,
    }
)  # fmt: skip


def begin_events(engine: Engine) -> int:
    """Lets leads propose the events and members register for those that are public; answers how many events stand."""
    with reading(engine) as session:
        leads = _leads(session)
        members = list(session.scalars(_members()).all())
    today = local_day(engine.clock.now(), engine.settings.zone)
    for number, (person_id, group_id) in zip(range(len(EVENTS)), leads, strict=False):
        _propose(engine, person_id, group_id, number, today)
    jobs.run_due(engine)
    with reading(engine) as session:
        public = session.scalars(select(Event).where(Event.state == PUBLISHED).order_by(Event.key)).all()
    for number, event in enumerate(public):
        for person_id in members[number * 4 : number * 4 + 4]:
            _register(engine, event, person_id)
    jobs.run_due(engine)
    return min(len(leads), len(EVENTS))


def _leads(session: Session) -> list[tuple[UUID, UUID]]:
    query = select(RoleHolding.person_id, RoleHolding.scope).where(
        RoleHolding.role.in_(("GROUP_LEAD", "CHAPTER_LEAD")), RoleHolding.scope.startswith(_GROUP)
    )
    return [
        (person_id, UUID(scope.removeprefix(_GROUP)))
        for person_id, scope in session.execute(query.order_by(RoleHolding.scope, RoleHolding.person_id))
    ][: len(EVENTS)]


def _members() -> Select[tuple[UUID]]:
    query = select(Membership.person_id).where(Membership.service_entitlement.in_(PAID_UP))
    return query.order_by(Membership.member_no).limit(4 * len(EVENTS))


def _propose(engine: Engine, person_id: UUID, group_id: UUID, number: int, today: date) -> None:
    proposed = EVENTS[number]
    day, (begins, ends) = _day(proposed, today), proposed.hours
    asked: Values = {
        "title_fr": proposed.french, "title_en": proposed.english, "kind": proposed.kind,
        "expected": proposed.people, "starts_on": day, "begins": time(begins), "ends": time(ends),
        "place": proposed.place, "country": "FR", "public": "GUESTS", "alcohol": "NONE",
        "speaker": "NONE", "conflict": "NO", "charter": True, "group": str(group_id), **proposed.more,
    }  # fmt: skip
    _start(engine, "event_proposal", person_id, {}, {f"event.{name}": value for name, value in asked.items()})


def _day(proposed: Proposal, today: date) -> date:
    """When it is held: a week later where its day is a holiday."""
    day = today + timedelta(days=proposed.ahead)
    day += timedelta(days=(proposed.weekday - day.weekday()) % 7)
    return day + timedelta(days=7) if day in french_holidays() else day


def _register(engine: Engine, event: Event, person_id: UUID) -> None:
    known: Values = {**changing.known(event), "person_id": str(person_id)}
    with reading(engine) as session:
        if not registrations.open_dates(session, event, engine.clock.now()):
            return
    _start(engine, "event_registration", person_id, known, {"registration.seats": 1, "registration.listed": True})


def _start(engine: Engine, process: str, person_id: UUID, known: Values, written: Values) -> None:
    by = Actor(f"person:{person_id}", "")

    def write(session: Session, context: StartContext) -> Values:
        return record_set().write(session, known, written, now=context.now, by=context.by.id)

    with transaction(engine) as session:
        commands.start(session, engine, process, known, by=by, write=write)
