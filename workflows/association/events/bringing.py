"""A calendar of events is brought along: looked at first, then each event is proposed as by its form, and taken back.

Each event of a file becomes a proposal of its own, which is weighed as any other: small ones are published at once,
the others wait for their approvals. Taken back are those for which nobody registered; whoever organises them is told
as of any event that is called off. Source: domain §P4.2, annex D.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import Actor
from engine.calendar import PARIS
from engine.engine import Engine
from engine.errors import Conflict, Invalid
from engine.starting import StartContext
from workflows.association import import_log, roles
from workflows.association.case_variables import local_day
from workflows.association.events import calendar_files, changing, figures, proposing, records, registrations, words
from workflows.association.events.calendar_files import CalendarRow
from workflows.association.events.records import STANDING, Event
from workflows.association.groups import Group
from workflows.association.import_log import RecordImport
from workflows.association.memberships import Membership
from workflows.association.names import fold
from workflows.association.record_set import record_set

KIND: Final = "events"
MADE: Final = 50  # imports on a page
NEW, KNOWN, REFUSED = "NEW", "KNOWN", "REFUSED"
TAKEN_BACK, IN_USE, OVER = "TAKEN_BACK", "IN_USE", "OVER"
BECAME: Final = "became"  # of each event of an import that was taken back
_NUMBER: Final = re.compile(r"[0-9]{1,4}")  # of people; other digits (², ٣) are no numbers that people write here
_LEADS: Final = ("GROUP_LEAD", "CHAPTER_LEAD", "PROMO_DELEGATE")
_DECLARED: Final = {
    "country": "FR", "public": "MEMBERS", "alcohol": "NONE", "speaker": "NONE", "conflict": "NO", "charter": True,
}  # fmt: skip


class GroupUnknown(Invalid):
    """No group is called “{name}”: write its name as the list of groups has it."""

    code: ClassVar[str] = "event_row_group"


class OrganiserUnknown(Invalid):
    """Nobody has the member number {number}."""

    code: ClassVar[str] = "event_row_organiser"


class KindUnknown(Invalid):
    """“{kind}” is no kind of event: write one of {kinds}."""

    code: ClassVar[str] = "event_row_kind"


class NumberUnreadable(Invalid):
    """“{number}” is no number of people from 1 to 5,000."""

    code: ClassVar[str] = "event_row_number"


class TitleMissing(Invalid):
    """This event has no title of 1 to 90 letters."""

    code: ClassVar[str] = "event_row_title"


class FileMissing(Invalid):
    """Choose a file of at most {most} kB."""

    code: ClassVar[str] = "event_import_file"


class NotDeclared(Invalid):
    """Say that these events have no conflict of interest, drinks or outside speaker; propose others one by one."""

    code: ClassVar[str] = "event_import_declared"


class ImportTakenBack(Conflict):
    """This import was taken back already."""

    code: ClassVar[str] = "event_import_taken_back"


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of one event of a file: NEW, KNOWN (such an event is there already), or REFUSED with its reason."""

    line: int
    title: str
    what: str
    starts_on: date | None = None
    values: Mapping[str, object] | None = None
    organiser_id: UUID | None = None
    refused: Invalid | None = None


def plan(session: Session, body: bytes, name: str, expected: int, by: UUID, now: datetime) -> Sequence[Planned]:
    """What a file would bring; writes nothing. `expected`: how many people are awaited where the file does not say;
    `by`: who organises what names neither somebody nor a group with a lead.

    Raises CalendarUnreadable, TooManyEvents."""
    today = local_day(now, PARIS)
    most = figures.rule(session, "series", today)
    seen: set[tuple[str, object]] = set()
    return [_planned(session, row, expected, by, today, seen) for row in calendar_files.read(body, name, PARIS, most)]


def _planned(
    session: Session, row: CalendarRow, expected: int, by: UUID, today: date, seen: set[tuple[str, object]]
) -> Planned:
    try:
        if row.refused is not None:
            raise row.refused
        values, organiser_id = _values(session, row, expected, by, today)
        proposing.fill(session, Event(kind="OTHER", place="", online=False), values, today)
    except Invalid as refused:
        return Planned(row.line, row.title, REFUSED, refused=refused)
    day = values["starts_on"]
    assert isinstance(day, date)
    same = (fold(row.title), day)
    if same in seen or _is_known(session, row.title, day):
        return Planned(row.line, row.title, KNOWN, day)
    seen.add(same)
    return Planned(row.line, row.title, NEW, day, values, organiser_id)


def _values(session: Session, row: CalendarRow, expected: int, by: UUID, today: date) -> tuple[dict[str, object], UUID]:
    """The answers of the form of a proposal, and who organises."""
    said = dict(row.values)
    if not 1 <= len(row.title) <= 90:
        raise TitleMissing
    group = _group(session, str(said.pop("group", "")))
    organiser = _organiser(session, str(said.pop("organiser", "")), group, by, today)
    number = str(said.get("expected", expected))
    if not _NUMBER.fullmatch(number) or not 1 <= int(number) <= 5_000:
        raise NumberUnreadable(number=number[:20])
    place = str(said.get("place", ""))
    return {
        **_DECLARED, **said, "kind": _kind(str(said.get("kind", ""))), "group": str(group.id) if group else "",
        "place": place[:200], "online": not place or place.startswith("https://"), "expected": int(number),
        "capacity": int(number),
    }, organiser  # fmt: skip


def _kind(said: str) -> str:
    if not said:
        return "OTHER"
    wanted = fold(said)
    for key, names in words.KINDS.items():
        if wanted in {fold(key), *map(fold, names)}:
            return key
    raise KindUnknown(kind=said[:30], kinds=", ".join(french for french, _ in words.KINDS.values()))


def _group(session: Session, name: str) -> Group | None:
    if not name:
        return None
    for each in session.scalars(select(Group).where(Group.closed_on.is_(None))):
        if fold(name) in {fold(each.name_fr), fold(each.name_en)}:
            return each
    raise GroupUnknown(name=name[:60])


def _organiser(session: Session, number: str, group: Group | None, by: UUID, today: date) -> UUID:
    if number:
        found = session.scalar(select(Membership.person_id).where(Membership.member_no == number))
        if found is None:
            raise OrganiserUnknown(number=number[:20])
        return found
    leads = [
        person for role in _LEADS if group for person in roles.holders(session, role, today, scope=f"group:{group.id}")
    ]
    return leads[0] if leads else by


def _is_known(session: Session, title: str, day: date) -> bool:
    """Whether an event of this title stands on that day, whoever brought it."""
    titles = session.scalars(
        select(Event.title_fr).where(Event.day == day, Event.state.in_((*STANDING, records.ENDED)))
    )
    return any(fold(each) == fold(title) for each in titles)


def carry_out(session: Session, engine: Engine, planned: Sequence[Planned], body: bytes, name: str, by: Actor) -> UUID:
    """Proposes every new event of a plan in the caller's transaction; answers the id by which that is taken back."""
    brought: list[dict[str, str]] = []
    for each in planned:
        if each.what == NEW and each.values is not None:
            event_id = _propose(session, engine, each, by)
            brought.append({"table": "association_event", "id": event_id, "mark": ""})
    made = RecordImport(
        id=uuid4(), kind=KIND, name=name[:200], digest=hashlib.sha256(body).hexdigest(), at=engine.clock.now(),
        by=by.id[:64], added=len(brought), changed=0, before=[], contacts=brought,
    )  # fmt: skip
    session.add(made)
    return made.id


def _propose(session: Session, engine: Engine, planned: Planned, by: Actor) -> str:
    known: dict[str, object] = {"person_id": str(planned.organiser_id)}
    values = {f"event.{key}": value for key, value in (planned.values or {}).items()}
    found: dict[str, object] = {}

    def write(writer: Session, context: StartContext) -> Mapping[str, object]:
        told = record_set().write(writer, known, values, now=context.now, by=context.by.id)
        found.update(told)
        return told

    commands.start(session, engine, "event_proposal", known, by=by, write=write)
    return str(found["event_id"])


def made(session: Session) -> Sequence[RecordImport]:
    """The latest imports of events, the last one first."""
    return import_log.made(session, [KIND], MADE)


def take_back(session: Session, engine: Engine, import_id: UUID, notice: str, by: Actor) -> None:
    """Calls off each event of an import for which nobody registered, and keeps what became of each. Raises
    ImportTakenBack."""
    done = session.get_one(RecordImport, import_id, with_for_update=True)
    if done.undone_at is not None:
        raise ImportTakenBack
    done.contacts = [
        {**each, BECAME: _call_off(session, engine, UUID(each["id"]), notice, by)} for each in done.contacts
    ]
    done.undone_at = engine.clock.now()


def became(session: Session, done: RecordImport) -> Sequence[tuple[Event, str]]:
    """What became of each event of an import that was taken back: TAKEN_BACK, IN_USE, OVER. Of one that was taken back
    before this was kept, what its state says."""
    ids = [UUID(each["id"]) for each in done.contacts]
    found = {each.id: each for each in session.scalars(select(Event).where(Event.id.in_(ids)))}
    said = [(found.get(UUID(each["id"])), each.get(BECAME)) for each in done.contacts]
    return [(event, what or _by_state(event)) for event, what in said if event is not None]


def _by_state(event: Event) -> str:
    if event.state in STANDING:
        return IN_USE
    return TAKEN_BACK if event.state == records.CANCELLED else OVER


def _call_off(session: Session, engine: Engine, event_id: UUID, notice: str, by: Actor) -> str:
    event = records.locked(session, event_id)
    if event.state not in STANDING:
        return OVER
    if registrations.of_event(session, event.id, registrations.LIVE):
        return IN_USE
    known = changing.known(event)

    def write(writer: Session, context: StartContext) -> Mapping[str, object]:
        return record_set().write(writer, known, {"calling_off.notice": notice}, now=context.now, by=context.by.id)

    start = {**known, "calling_off": "CANCEL", "cause": "ORGANISER"}
    commands.start(session, engine, "event_cancellation", start, by=by, write=write)
    return TAKEN_BACK
