"""The papers of an event: what its permits ask for, prefilled; contract templates; the sheet on which people sign in.

Each is set anew whenever somebody who runs the event asks, as things stand, and kept nowhere. Source: domain §P4.9.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from workflows.association import letters, people, texts, wording
from workflows.association.calendars import spoken
from workflows.association.calendars.appointments import Appointment
from workflows.association.events import figures, lists, permits, records, words
from workflows.association.events.records import COST, Event
from workflows.association.letters import Table
from workflows.association.settings import Association
from workflows.association.typesetting import Page, Sender, typeset

PERMITS: Final = {
    **dict.fromkeys(("INSURANCE", "ABROAD"), "event_insurance"),
    **dict.fromkeys(("ROAD", "DRINKS", "CROWD", "MUSIC", "SHOW"), "event_declaration"),
    "RECORDING": "event_recording", "MINORS": "event_guardian",
}  # fmt: skip
"""By kind of permit: the letter that goes with it."""
CONTRACTS: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    "venue": ("event_contract_venue", frozenset({"VENUE"})),
    "provider": ("event_contract_provider", frozenset({"CATERING", "EQUIPMENT", "TRANSPORT", "PRINT"})),
    "speaker": ("event_contract_speaker", frozenset({"SPEAKER"})),
}
"""By the part of its address: the letter of a contract, and the lines of the budget that it is about."""
_BLANK: Final = "." * 28
_TO_SIGN: Final = "." * 44
_WORDS: Final = {
    "fr": ("Inscrit·e", "Signature", "Personnes attendues"),
    "en": ("Registered", "Signature", "People expected"),
}


def permit(session: Session, association: Association, event: Event, kind: str, lang: str, today: date) -> bytes | None:
    """The letter of a permit of this event as PDF; None where it has no such permit."""
    found = next((each for each in permits.of_event(session, event.id) if each.kind == kind), None)
    if found is None or kind not in PERMITS:
        return None
    said = {
        "permit": words.said(words.PERMITS, kind, lang), "permit_due": wording.day(found.due_on, lang),
        **_facts(session, association, event, lang),
    }  # fmt: skip
    return _set(session, association, PERMITS[kind], lang, today, said)


def contract(
    session: Session, association: Association, event: Event, name: str, lang: str, today: date
) -> bytes | None:
    """A contract template as PDF, with what the budget foresees for it; None where there is none of this name."""
    if name not in CONTRACTS:
        return None
    letter, labels = CONTRACTS[name]
    planned = sum((each.amount for each in records.lines(session, event.id, COST) if each.label in labels), Decimal(0))
    said = {
        "contract_amount": wording.amount(planned, lang) if planned else _BLANK,
        **_facts(session, association, event, lang),
    }  # fmt: skip
    return _set(session, association, letter, lang, today, said)


def sign_in(
    session: Session, association: Association, event: Event, held: Appointment, by: str, lang: str, today: date
) -> bytes:
    """The sheet of one date as PDF, on which those who registered for it sign, guests with who brings them."""
    person, sign, total = _WORDS[lang]
    coming = [(seat, name) for seat, name in lists.attendees(session, event) if seat.appointment_id == held.id]
    rows = [(f"{name} + {seat.seats - 1}" if seat.seats > 1 else name, _TO_SIGN) for seat, name in coming]
    table = Table((person, sign), rows, (total, str(sum(seat.seats for seat, _name in coming))), tall=True)
    said = {
        "printed_by": by, "seat_when": spoken.moment(held.starts_at, lang),
        **_facts(session, association, event, lang),
    }  # fmt: skip
    return _set(session, association, "event_sign_in", lang, today, said, table)


def next_date(session: Session, event: Event, today: date) -> Appointment | None:
    """The date that a sheet is for: the first that stands and is not over for longer than the list may be read."""
    after = timedelta(days=figures.rule(session, "list_closes", today))
    return next((each for each in records.standing(session, event) if each.ends_at.date() + after >= today), None)


def _facts(session: Session, association: Association, event: Event, lang: str) -> dict[str, str]:
    return {
        "association": association.name, "event_title": event.title(lang), "event_key": event.key,
        "event_when": words.when(session, event, lang), "event_place": words.place(event, lang),
        "event_expected": str(event.expected), "event_facts": words.risks(event, lang),
        "event_organiser": people.display_name(session, event.organiser_id), "event_policy": event.insurance or _BLANK,
    }  # fmt: skip


def _set(
    session: Session, association: Association, kind: str, lang: str, today: date, said: Mapping[str, str],
    table: Table | None = None,
) -> bytes:  # fmt: skip
    """A paper under the association's head, to nobody in particular."""
    letter = texts.letter(session, kind, lang, today)
    values = {"issued_on": wording.day(today, lang), **said}
    return typeset(
        Page(
            lang=lang, title=letters.line(letter.title, values), issued_on=today, reader=[],
            sender=Sender(association.name, association.address, association.mentions),
            dateline=letters.line(letter.dated, values), blocks=letters.blocks(letter, values, table),
        )
    )  # fmt: skip
