"""A person as a vCard 4.0, for the address book of whoever may have what it says. Source: RFC 6350."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workflows.association.people import Person

__all__ = ["Contact", "of_person", "vcard"]

WIDTH: Final = 75  # octets of a line, without its end (§3.2)
_ESCAPES: Final = str.maketrans({"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True)
class Contact:
    """What a card says. Places: lines, town, postcode and country of an address, each perhaps empty."""

    given: str
    family: str
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()
    places: Sequence[tuple[str, str, str, str]] = ()
    employer: str = ""
    position: str = ""


def of_person(person: Person) -> Contact:
    """All that a card can say of somebody: for themselves, since it asks nobody what others may see."""
    return Contact(
        person.first_names,
        person.last_name,
        emails=[each.address for each in sorted(person.emails, key=lambda each: (not each.is_primary, each.rank))],
        phones=[each.number for each in sorted(person.phones, key=lambda each: each.rank)],
        places=[(each.lines.replace("\n", ", "), each.city, each.postcode, each.country) for each in person.addresses],
        employer=person.employer or "",
        position=person.position or "",
    )


def vcard(contact: Contact) -> str:
    """The card, its lines folded and ended as the standard says."""
    name = " ".join(filter(None, (contact.given, contact.family)))
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        f"FN:{_text(name)}",
        f"N:{_text(contact.family)};{_text(contact.given)};;;",
        *(f"EMAIL:{_text(each)}" for each in contact.emails),
        *(f"TEL;VALUE=uri:tel:{each}" for each in contact.phones),
        *(f"ADR:;;{_text(street)};{_text(town)};;{_text(code)};{_text(country)}"
          for street, town, code, country in contact.places),
    ]  # fmt: skip
    lines += [f"{label}:{_text(value)}" for label, value in (("ORG", contact.employer), ("TITLE", contact.position))
              if value]  # fmt: skip
    return "".join(f"{_folded(line)}\r\n" for line in (*lines, "END:VCARD"))


def _text(value: str) -> str:
    return value.translate(_ESCAPES)


def _folded(line: str) -> str:
    """Never in the middle of a character: what follows a break begins with a blank, which counts."""
    parts, room, held = [], WIDTH, ""
    for each in line:
        width = len(each.encode())
        if width > room:
            parts.append(held)
            held, room = "", WIDTH - 1
        held, room = held + each, room - width
    return "\r\n ".join([*parts, held])
