"""The record `privacy.*`: what somebody asks about their data, and what two people of the staff decide about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from engine.calendar import PARIS
from engine.errors import FourEyes, Invalid
from workflows.association import people, person_search, wording
from workflows.association.case_variables import day, local_day, uuid_or_none
from workflows.association.privacy import files, request_words, running_gifts
from workflows.association.privacy.files import CHANNELS, KINDS, OUTCOMES, ExtensionLate, PrivacyRequest
from workflows.association.records import Record, Subject, Values


class PersonUnclear(Invalid):
    """This number or address is of nobody, or of several people: take a member number, or the exact address."""

    code: ClassVar[str] = "person_unclear"


class ReceivedAhead(Invalid):
    """A request cannot have arrived on a day that has not come yet."""

    code: ClassVar[str] = "received_ahead"


class NothingAsked(Invalid):
    """Choose at least one right."""

    code: ClassVar[str] = "nothing_asked"


class ReasonsLacking(Invalid):
    """Give the reasons: whoever is refused something has to know why, and where to complain."""

    code: ClassVar[str] = "reasons_lacking"


_CORRECTIONS: Final = frozenset({"first_names", "birth_name", "usage_name", "birth_date"})
_ASKED: Final = frozenset({"kinds", "subject", "channel", "received_on", "words", "gift_stops"})
_DECIDED: Final = frozenset({"outcome", "reasons", "disputed", "confirmed"}) | _CORRECTIONS
_SHOWN: Final = frozenset(
    {
        "person",
        "shown_kinds",
        "shown_words",
        "shown_received",
        "shown_due",
        "shown_kept",
        "shown_outcome",
        "shown_advice",
        "shown_gift",
    }
    | {"shown_reasons"}
)


def find(subject: Subject) -> PrivacyRequest | None:
    """The request of the case, None before it was registered."""
    found = uuid_or_none(subject.variables, "request_id")
    return subject.session.get(PrivacyRequest, found) if found is not None else None


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    found = find(subject)
    if found is None:
        return {}
    lang, wanted = subject.language, set(fields)
    said, person = files.text_of(subject.session, found), people.get(subject.session, found.person_id)
    shown: dict[str, object] = {
        "person": person.display_name if person is not None else "",
        "shown_kinds": request_words.kinds(found, lang),
        "shown_words": people.said_by(subject.session, found.person_id, said.words or "—"),
        "shown_received": wording.day(found.received_on, lang),
        "shown_due": wording.day(found.due_on, lang) if found.due_on else "—",
        "shown_outcome": request_words.outcome(found.outcome, lang),
        "shown_reasons": said.reasons or "—",
        "shown_advice": request_words.advice(subject.variables.get("fee"), lang),
        "reasons": said.reasons,
        "disputed": found.disputed,
        "outcome": found.outcome,
        "shown_gift": running_gifts.said(subject.session, found.person_id, lang) if "ERASE" in found.asked else "—",
        "gift_stops": None if found.gift_stops is None else "YES" if found.gift_stops else "NO",
    }
    if "shown_kept" in wanted:
        today = local_day(subject.now, PARIS)
        shown["shown_kept"] = request_words.kept(subject.session, found, today, lang)
    if person is not None and "ERASE" not in found.asked:
        shown |= {name: said.corrections.get(name, getattr(person, name)) for name in _CORRECTIONS}
    return shown


def _write(subject: Subject, values: Values) -> Values:
    """Registers a request, or notes what is decided of it; answers ids, enums and days.

    Raises PersonUnclear, ReceivedAhead, NothingAsked, ReasonsLacking, ExtensionLate, GiftWordLacking, GiftGoesOn,
    FourEyes.
    """
    found = find(subject)
    if found is None:
        return _registered(subject, values)
    if "confirmed" in values and subject.by == found.decided_by:
        raise FourEyes(action="confirm")
    if values.get("confirmed") == "CONFIRM":
        running_gifts.check(subject.session, found, found.outcome, asks=False, field="confirmed")  # one began since
        found.confirmed_by = subject.by
        return {"confirmation": "CONFIRM"}
    if values.get("outcome") in OUTCOMES:
        _decide(subject, found, values)
        return {"outcome": values["outcome"]}
    return {"confirmation": "SEND_BACK"} if "confirmed" in values else {}


def _decide(subject: Subject, found: PrivacyRequest, values: Values) -> None:
    outcome, said = str(values["outcome"]), files.text_of(subject.session, found)
    said.reasons = str(values.get("reasons") or "").strip()[:4000]
    if outcome != "GRANTED" and not said.reasons:
        raise ReasonsLacking(field="reasons")
    if outcome == "EXTEND":
        first_month = files.months_after(found.received_on, 1)
        if found.extended or local_day(subject.now, PARIS) > first_month:
            raise ExtensionLate(field="outcome")
        return
    _note_gift(found, values)
    running_gifts.check(subject.session, found, outcome, asks="gift_stops" in values, field="outcome")
    found.outcome, found.decided_by, found.confirmed_by = outcome, subject.by, None
    found.disputed = bool(values.get("disputed"))
    given = {name: values[name] for name in _CORRECTIONS if values.get(name)}
    said.corrections = {name: each.isoformat() if isinstance(each, date) else str(each) for name, each in given.items()}


def _note_gift(found: PrivacyRequest, values: Values) -> None:
    """The person's word on a gift that goes on, where it is given."""
    if values.get("gift_stops") in {"YES", "NO"}:
        found.gift_stops = values["gift_stops"] == "YES"


def _registered(subject: Subject, values: Values) -> Values:
    by_staff = subject.variables.get("by_staff") is True
    today = local_day(subject.now, PARIS)
    received = day(values, "received_on") if by_staff and values.get("received_on") else today
    if received > today:
        raise ReceivedAhead(field="received_on")
    asked = _kinds(values.get("kinds"))
    if not asked:
        raise NothingAsked(field="kinds")
    channel = str(values.get("channel")) if by_staff and values.get("channel") in CHANNELS else "SPACE"
    person_id = _whom(subject, values, by_staff=by_staff)
    made = files.open_request(subject.session, person_id, asked, channel, received, by=subject.by, now=subject.now)
    _note_gift(made, values)
    files.text_of(subject.session, made).words = str(values.get("words") or "").strip()[:4000]
    return {"request_id": str(made.id), "person_id": str(person_id)}


def _kinds(said: object) -> Sequence[str]:
    given = said if isinstance(said, list | tuple) else [said]
    return [each for each in KINDS if each in given]


def _whom(subject: Subject, values: Values, *, by_staff: bool) -> UUID:
    """Who asks: the person of the page, or whom staff name by a number or an address."""
    if not by_staff:
        kind, _, name = subject.by.partition(":")
        found = uuid_or_none(subject.variables, "person_id") or (UUID(name) if kind == "person" else None)
        if found is None:
            raise PersonUnclear(field="subject")
        return found
    named = str(values.get("subject") or "").strip()
    exact = "@" in named or named.isdecimal()
    known = person_search.find(subject.session, named, limit=2) if exact else ()
    if len(known) != 1:
        raise PersonUnclear(field="subject")
    return known[0].id


PRIVACY: Final = Record(_ASKED | _DECIDED | _SHOWN, _read, _ASKED | _DECIDED, _write)
