"""The form F18: an organiser proposes an event, or revises what was returned. Records `event.*`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import ClassVar, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.errors import Invalid
from workflows.association import number_series, people
from workflows.association.case_variables import amount, day, local_day, text, uuid_or_none, whole
from workflows.association.events import figures, records, registrations, words
from workflows.association.events.records import COST, INCOME, OPEN, PRICES, Event, EventLine, EventPrice
from workflows.association.groups import Group
from workflows.association.mail_hours import zones_of
from workflows.association.records import Record, Subject, Values

FLAGS: Final = ("adventure", "road", "minors", "music", "artists", "recording", "media")
_TEXTS: Final = {
    "title_fr": 90, "title_en": 90, "about": 4_000, "about_en": 4_000, "place": 200, "sponsor": 120, "insurance": 80,
    "data_purpose": 200, "conflict_note": 600,
}  # fmt: skip
_DATES: Final = frozenset({"starts_on", "begins", "ends_on", "ends", "repeats", "every_weeks"})
_PRICED: Final = {f"price_{each.lower()}": each for each in PRICES}
PROPOSED: Final = frozenset(
    {
        *_TEXTS, *_DATES, *FLAGS, *_PRICED, "group", "co_group", "kind", "online", "country", "public", "expected",
        "capacity", "alcohol", "speaker", "budget", "conflict", "charter",
    }
)  # fmt: skip
SHOWN: Final = frozenset(
    {
        "key", "title", "when", "where", "who", "organiser", "risks", "budget_words", "price_words", "tier_words",
        "why", "notes", "seats_words",
    }
)  # fmt: skip


class EventDates(Invalid):
    """An event ends after it began and lasts at most {days} days; the dates of a series do not overlap."""

    code: ClassVar[str] = "event_dates"


class EventPast(Invalid):
    """An event is proposed before it begins."""

    code: ClassVar[str] = "event_past"


class EventPlace(Invalid):
    """Say where it is held, or that it is online."""

    code: ClassVar[str] = "event_place"


class EventCapacity(Invalid):
    """There are at least as many places as people are expected."""

    code: ClassVar[str] = "event_capacity"


class GroupNotYours(Invalid):
    """You belong to no group of this name: choose one of yours, or ask its lead to propose the event."""

    code: ClassVar[str] = "event_group_not_yours"


def event_of(subject: Subject) -> Event | None:
    """The event of the case, None before it is proposed."""
    found = uuid_or_none(subject.variables, "event_id")
    return subject.session.get(Event, found) if found is not None else None


def proposer(subject: Subject) -> UUID:
    """Who proposes: the person of the case, else whoever fills the form."""
    kind, _, name = subject.by.partition(":")
    found = uuid_or_none(subject.variables, "person_id") or (UUID(name) if kind == "person" else None)
    if found is None or people.get(subject.session, found) is None:
        raise GroupNotYours(field="group")
    return found


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    event, lang = event_of(subject), subject.language
    if event is None:
        return {}
    session = subject.session
    last = datetime.combine(event.day, event.begins) + timedelta(minutes=event.minutes)
    stored: dict[str, object] = {
        name: getattr(event, name)
        for name in (
            *_TEXTS, *FLAGS, "kind", "online", "country", "public", "expected", "capacity", "alcohol", "speaker",
            "repeats", "every_weeks", "begins",
        )
    }  # fmt: skip
    return {
        **stored,
        "group": str(event.group_id or ""),
        "co_group": str(event.co_group_id or ""),
        "starts_on": event.day,
        "ends_on": last.date(),
        "ends": last.time(),
        "conflict": "YES" if event.conflict else "NO",
        "budget": [
            {"side": line.side, "label": line.label, "quantity": line.quantity, "unit": line.unit, "vat": line.vat}
            for line in records.lines(session, event.id)
        ],
        **{name: records.prices(session, event.id).get(key) for name, key in _PRICED.items()},
        **_shown(session, event, lang),
    }


def _shown(session: Session, event: Event, lang: str) -> Mapping[str, object]:
    decided = [each for each in records.approvals(session, event) if each.note]
    points = f"{event.points} points"
    late = ("short notice" if lang == "en" else "délai court") if event.late else ""
    why = [words.said(words.TIERS, event.tier, lang), points, late, event.conflict_note]
    return {
        "key": event.key,
        "title": event.title(lang),
        "when": words.when(session, event, lang),
        "where": words.place(event, lang),
        "who": words.group(session, event, lang),
        "organiser": people.display_name(session, event.organiser_id),
        "risks": words.risks(event, lang),
        "budget_words": words.budget(session, event, lang),
        "price_words": words.price_words(session, event, lang),
        "tier_words": words.said(words.TIERS, event.tier, lang),
        "seats_words": _seats(session, event, lang),
        "why": " · ".join(each for each in why if each),
        "notes": "\n".join(f"{words.said(words.DECISIONS, each.decision, lang)} : {each.note}" for each in decided[-4:])
        or "—",
    }


def _seats(session: Session, event: Event, lang: str) -> str:
    coming = sum(each.seats for each in registrations.of_event(session, event.id))
    return f"{coming} of {event.approved_capacity}" if lang == "en" else f"{coming} sur {event.approved_capacity}"


def _write(subject: Subject, values: Values) -> Values:
    """Puts a proposal on record under the next key of its year, or revises it.

    Raises EventDates, EventPast, EventPlace, EventCapacity, GroupNotYours."""
    event, session = event_of(subject), subject.session
    today = local_day(subject.now, PARIS)
    if event is None:
        organiser = proposer(subject)
        number = number_series.take(session, f"EVT-{today.year}")
        event = Event(
            id=uuid4(), key=f"EVT-{today.year}-{number:04}", organiser_id=organiser, proposed_at=subject.now,
            kind="OTHER", title_fr="", day=today, begins=time(18), minutes=60, expected=1, capacity=1, rounds=0,
        )  # fmt: skip
    fill(session, event, values, today)
    session.add(event)
    session.flush()
    price(session, event, values)
    _budget(session, event, values)
    return {
        "event_id": str(event.id),
        "event_key": event.key,
        "person_id": str(event.organiser_id),
        "organiser": f"person:{event.organiser_id}",
    }


def fill(session: Session, event: Event, values: Values, today: date) -> None:
    """What a form says of an event; what it does not ask stays. An open event may wait for its place.

    Raises what `_write` raises."""
    waits = event.state in OPEN and not event.place
    for name, limit in _TEXTS.items():
        if name in values:
            setattr(event, name, text(values, name).strip()[:limit])
    for name in FLAGS:
        if name in values:
            setattr(event, name, values.get(name) is True)
    for name in ("kind", "public", "alcohol", "speaker"):
        if values.get(name):
            setattr(event, name, text(values, name))
    if "online" in values:
        event.online = values.get("online") is True
    if "country" in values:
        event.country = text(values, "country", "FR") or "FR"
        event.zone = zones_of(event.country, PARIS)[0].key
    if "conflict" in values:
        event.conflict = text(values, "conflict") == "YES"
    if "group" in values:
        event.group_id = _group(session, values, "group")
        event.co_group_id = _group(session, values, "co_group")
    _count(event, values)
    _date(session, event, values, today)
    if not event.online and not event.place and not waits:
        raise EventPlace(field="place")


def _group(session: Session, values: Values, name: str) -> UUID | None:
    found = uuid_or_none(values, name)
    if found is not None and session.get(Group, found) is None:
        raise GroupNotYours(field=name)
    return found


def _count(event: Event, values: Values) -> None:
    if "expected" not in values:
        return
    event.expected = whole(values, "expected", 1)
    event.capacity = whole(values, "capacity", event.expected)
    if event.capacity < event.expected:
        raise EventCapacity(field="capacity")


def _date(session: Session, event: Event, values: Values, today: date) -> None:
    if "starts_on" not in values:
        return
    first, last = day(values, "starts_on"), values.get("ends_on")
    event.day, event.begins = first, clock(values.get("begins"))
    ends = datetime.combine(day(values, "ends_on") if last else first, clock(values.get("ends")))
    event.minutes = int((ends - datetime.combine(first, event.begins)) / timedelta(minutes=1))
    longest = figures.rule(session, "longest", today)
    most = figures.rule(session, "series", today)
    event.repeats = min(max(whole(values, "repeats", 1), 1), most)
    event.every_weeks = max(whole(values, "every_weeks", 1), 1)
    within = 0 < event.minutes <= longest * 24 * 60
    apart = event.repeats == 1 or event.minutes < event.every_weeks * 7 * 24 * 60
    if not within or not apart:
        raise EventDates(field="ends", days=longest)
    if first <= today:
        raise EventPast(field="starts_on")


def clock(value: object) -> time:
    """An hour that a form gave. Raises ValueError for what is none."""
    return value if isinstance(value, time) else time.fromisoformat(str(value)[:5])


def starts(event: Event) -> datetime:
    """The moment of the first date, in the zone of the place."""
    return datetime.combine(event.day, event.begins, ZoneInfo(event.zone))


def price(session: Session, event: Event, values: Values) -> None:
    if not set(_PRICED) & set(values):
        return
    session.execute(delete(EventPrice).where(EventPrice.event_id == event.id))
    for name, key in _PRICED.items():
        session.add(EventPrice(event_id=event.id, entitlement=key, amount=amount(values, name, Decimal(0))))
    session.flush()


def _budget(session: Session, event: Event, values: Values) -> None:
    rows = values.get("budget")
    if not isinstance(rows, list):
        return
    session.execute(delete(EventLine).where(EventLine.event_id == event.id))
    session.flush()
    for number, row in enumerate((each for each in rows if isinstance(each, Mapping)), start=1):
        session.add(
            EventLine(
                event_id=event.id, position=number, side=INCOME if row.get("side") == INCOME else COST,
                label=text(row, "label", "OTHER")[:12], quantity=amount(row, "quantity", Decimal(1)),
                unit=amount(row, "unit", Decimal(0)), vat=amount(row, "vat", Decimal(0)),
            )
        )  # fmt: skip
    session.flush()


EVENT: Final = Record(PROPOSED | SHOWN, _read, PROPOSED, _write)
