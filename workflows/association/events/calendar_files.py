"""A calendar of events as rows: a CSV file with a heading, or an iCalendar file (RFC 5545) of another program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from engine.errors import Invalid
from workflows.association.import_columns import Unreadable, read_day
from workflows.association.import_sheets import SheetRefused, open_sheet
from workflows.association.names import fold

MOST: Final = 300  # events of one file
DEFAULT_LENGTH: Final = timedelta(hours=2)  # of an event whose end the file does not say
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "title_fr": ("titre", "title", "intitule"),
        "title_en": ("titre anglais", "english title"),
        "day": ("date", "jour", "day"),
        "begins": ("debut", "heure", "begins", "start"),
        "ends": ("fin", "ends", "end"),
        "place": ("lieu", "place", "location"),
        "group": ("groupe", "group"),
        "kind": ("type", "kind"),
        "expected": ("attendus", "expected", "nombre"),
        "organiser": ("organisateur", "organiser", "numero de membre"),
        "about": ("description", "presentation", "about"),
    }
)
_NEEDED: Final = ("title_fr", "day", "begins")


class TooManyEvents(Invalid):
    """A file brings at most {most} events along: cut it in two."""

    code: ClassVar[str] = "event_rows_too_many"


class CalendarUnreadable(Invalid):
    """This is neither an iCalendar file nor a CSV file with the columns title, date and start ({reason})."""

    code: ClassVar[str] = "event_calendar_unreadable"


class HourUnreadable(Invalid):
    """The day and the hour of this event cannot be read: write them as 01/03/2027 and 19:00."""

    code: ClassVar[str] = "event_row_hour"


class RepeatsOtherwise(Invalid):
    """This event repeats in another way than every so many weeks, at most {most} times: bring its dates along one by
    one."""

    code: ClassVar[str] = "event_row_repeats"


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One event of a file. `line`: its first line, or which of the calendar it is. `refused`: why it cannot be read."""

    line: int
    title: str
    values: Mapping[str, object] = field(default_factory=dict)
    refused: Invalid | None = None


def read(body: bytes, name: str, zone: ZoneInfo, most_dates: int) -> Sequence[CalendarRow]:
    """The events of a file, those that cannot be read with the reason. Raises CalendarUnreadable, TooManyEvents."""
    calendar = body.lstrip(b"\xef\xbb\xbf \r\n").upper().startswith(b"BEGIN:VCALENDAR")
    rows = list(_of_calendar(body, zone, most_dates) if calendar or name.lower().endswith(".ics") else _of_sheet(body))
    if len(rows) > MOST:
        raise TooManyEvents(most=MOST, field="file")
    return rows


def _of_sheet(body: bytes) -> Iterator[CalendarRow]:
    try:
        opened = open_sheet(body)
    except SheetRefused as refused:
        raise CalendarUnreadable(reason="CSV", field="file") from refused
    columns = [_column(cell) for cell in opened.headings]
    missing = next((each for each in _NEEDED if each not in columns), None)
    if missing is not None:
        raise CalendarUnreadable(reason=COLUMNS[missing][0], field="file")
    for line, cells in opened.rows:
        said = {key: cell.strip() for key, cell in zip(columns, cells, strict=False) if key and cell.strip()}
        title = said.get("title_fr", "")
        try:
            hours = _hours(said)
            said.pop("day")
            yield CalendarRow(line, title, {**said, **hours})
        except (Unreadable, ValueError):
            yield CalendarRow(line, title, refused=HourUnreadable())


def _column(heading: str) -> str:
    wanted = fold(heading)
    return next((key for key, words in COLUMNS.items() if wanted == key or wanted in words), "")


def _hours(said: Mapping[str, str]) -> dict[str, object]:
    day, begins = read_day(said.get("day", "")), _hour(said.get("begins", ""))
    ends = _hour(said["ends"]) if "ends" in said else (datetime.combine(day, begins) + DEFAULT_LENGTH).time()
    last = day if ends > begins else day + timedelta(days=1)
    return {"starts_on": day, "begins": begins, "ends_on": last, "ends": ends}


def _hour(said: str) -> time:
    """“19:00”, “19h”, “19 h 30”. Raises ValueError."""
    hour, _sep, minute = said.replace(" ", "").lower().replace("h", ":").partition(":")
    return time(int(hour), int(minute[:2] or 0))


def _of_calendar(body: bytes, zone: ZoneInfo, most: int) -> Iterator[CalendarRow]:
    try:
        found = Calendar.from_ical(body.decode("utf-8-sig"))
    except (ValueError, UnicodeDecodeError) as error:
        raise CalendarUnreadable(reason="iCalendar", field="file") from error
    for number, each in enumerate((part for part in found.walk("VEVENT") if isinstance(part, Event)), start=1):
        title = str(each.get("SUMMARY", "")).strip()
        if str(each.get("STATUS", "")).upper() == "CANCELLED":
            continue
        try:
            told = {
                "title_fr": title, "place": str(each.get("LOCATION", "")).strip(),
                "about": str(each.get("DESCRIPTION", "")).strip(), **_moments(each, zone), **_repeats(each, most),
            }  # fmt: skip
            yield CalendarRow(number, title, {key: value for key, value in told.items() if value != ""})
        except Invalid as refused:
            yield CalendarRow(number, title, refused=refused)


def _moments(event: Event, zone: ZoneInfo) -> dict[str, object]:
    """When it begins and ends; the end may be said as a duration (RFC 5545 §3.6.1). Raises HourUnreadable."""
    try:
        first = _local(getattr(event.get("DTSTART"), "dt", None), zone)
        length = getattr(event.get("DURATION"), "dt", DEFAULT_LENGTH)
        last = _local(getattr(event.get("DTEND"), "dt", first + length), zone)
    except OverflowError as error:  # a year that no hour of another zone has
        raise HourUnreadable from error
    return {"starts_on": first.date(), "begins": first.time(), "ends_on": last.date(), "ends": last.time()}


def _local(said: date | datetime | None, zone: ZoneInfo) -> datetime:
    """A moment by the hour of the house. Raises HourUnreadable for a day without an hour."""
    if not isinstance(said, datetime):
        raise HourUnreadable
    return (said.astimezone(zone) if said.tzinfo is not None else said).replace(tzinfo=None)


def _repeats(event: Event, most: int) -> dict[str, object]:
    """How often, and every how many weeks, it takes place. Raises RepeatsOtherwise: also for several rules, for days
    beside a rule or left out of it, and for a date of a series that was moved."""
    rule = event.get("RRULE")
    if event.get("RDATE") or event.get("RECURRENCE-ID") or isinstance(rule, list):
        raise RepeatsOtherwise(most=most)
    if not rule:
        return {}
    weekly = [str(each).upper() for each in rule.get("FREQ", [])] == ["WEEKLY"]
    count, every, days = rule.get("COUNT", [0]), rule.get("INTERVAL", [1]), rule.get("BYDAY", [])
    if not weekly or not 1 <= int(count[0]) <= most or int(every[0]) < 1 or len(days) > 1 or event.get("EXDATE"):
        raise RepeatsOtherwise(most=most)
    return {"repeats": int(count[0]), "every_weeks": int(every[0])}
