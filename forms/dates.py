"""Dates and times: three inputs for a date one remembers (a birth date), the browser's own input otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from forms.answers import Answer
from forms.definition import expression
from forms.messages import message
from forms.readings import Misread, read_date, read_moment, read_parts, read_text, read_time

PARTS = ("day", "month", "year")


class DateAnswer(Answer):
    """A date, in one input. `date.min` and `date.max` bound it; `disallowPassedDates` asks for today or later."""

    def adopt(self, value: object) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        return value if isinstance(value, date) else _or_none(read_date, value)

    def write(self, value: object) -> list[str]:
        return [value.isoformat()] if isinstance(value, date) else []

    def read(self, typed: Sequence[str]) -> date | None:
        text = read_text(typed[0], lines=False) if typed else ""
        return read_date(text) if text else None

    def bound(self, name: str) -> date | None:
        setting = self.component.settings.get(f"date.{name}", "")
        text = expression(setting)
        return self.adopt(self.around.evaluate(text, self.scope) if text is not None else setting)

    def faults(self) -> Iterator[Misread]:
        least, most = self.bound("min"), self.bound("max")
        if self.component.properties.get("disallowPassedDates") is True:
            today = self.adopt(self.around.evaluate("today()", {}))
            least = max(filter(None, (least, today)), default=None)
        if least is not None and self.data < least:
            yield Misread("date_early", limit=least)
        if most is not None and self.data > most:
            yield Misread("date_late", limit=most)


class PartsAnswer(DateAnswer):
    """A date in day, month and year (GOV.UK date input)."""

    def process(self, formdata: Any, data: object = None, extra_filters: Any = None) -> None:
        super().process(None, data)
        if formdata is not None and not self.locked:
            self.process_formdata([next(iter(formdata.getlist(name)), "") for name in self.names])

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{self.name}-{part}" for part in PARTS)

    def write(self, value: object) -> list[str]:
        return [str(value.day), str(value.month), f"{value.year:04}"] if isinstance(value, date) else []

    def read(self, typed: Sequence[str]) -> date | None:
        texts = [read_text(each, lines=False) for each in typed]
        if not any(texts):
            return None
        try:
            return read_parts(*texts)
        except Misread as problem:
            if problem.code != "date_part":
                raise
            words = [message(self.around.language, f"{part}_missing") for part in problem.params["missing"]]  # type: ignore[attr-defined]
            joined = (
                words[0]
                if len(words) == 1
                else message(self.around.language, "joined", first=words[0], second=words[1])
            )
            raise Misread("date_part", parts=joined, missing=problem.params["missing"]) from problem

    @property
    def wrong_parts(self) -> Sequence[str]:
        """The inputs an error is about: those left empty, else all three."""
        missing = self.misread.params.get("missing") if self.misread else None
        return missing if isinstance(missing, list) else PARTS


class TimeAnswer(Answer):
    """A time of day without zone."""

    def adopt(self, value: object) -> time | None:
        return value.replace(tzinfo=None) if isinstance(value, time) else _or_none(read_time, value)

    def write(self, value: object) -> list[str]:
        return [value.strftime("%H:%M")] if isinstance(value, time) else []

    def read(self, typed: Sequence[str]) -> time | None:
        text = read_text(typed[0], lines=False) if typed else ""
        return read_time(text) if text else None


class MomentAnswer(Answer):
    """A date and time: local, or in the caller's zone where `timeSerializingFormat` asks for an offset."""

    def adopt(self, value: object) -> datetime | None:
        if isinstance(value, datetime):
            zone = self.around.zone
            return value.astimezone(zone).replace(tzinfo=None) if value.tzinfo and zone else value.replace(tzinfo=None)
        found: datetime | None = _or_none(read_moment, value)
        return found

    def write(self, value: object) -> list[str]:
        return [value.strftime("%Y-%m-%dT%H:%M")] if isinstance(value, datetime) else []

    def read(self, typed: Sequence[str]) -> datetime | None:
        text = read_text(typed[0], lines=False) if typed else ""
        return read_moment(text) if text else None

    @property
    def value(self) -> object:
        kept = self.component.properties.get("timeSerializingFormat")
        if self.data is None or self.around.zone is None or kept in (None, "no_timezone"):
            return self.data
        moment = self.data.replace(tzinfo=self.around.zone)
        return moment.astimezone(UTC) if kept == "utc_normalized" else moment

    def faults(self) -> Iterator[Misread]:
        if self.component.properties.get("disallowPassedDates") is True:
            today = self.around.evaluate("today()", {})
            if isinstance(today, date) and self.data.date() < today:
                yield Misread("date_early", limit=today)


def _or_none(read: Any, value: object) -> Any:
    """The value of a text kept as ISO by another system; None if it is none."""
    if not isinstance(value, str) or not value:
        return None
    try:
        return read(value)
    except Misread:
        return None
