"""What forms, mails and letters say of a renewal: until when, for how much, and who is to be called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy.orm import Session

from workflows.association import couples, memberships, people, renewals, wording
from workflows.association.case_variables import text, uuid_or_none
from workflows.association.diplomas import PROGRAMMES
from workflows.association.member_records import Feedback
from workflows.association.people import Person
from workflows.association.records import Record, Subject, Values
from workflows.association.renewals import Renewal
from workflows.association.tariffs import LIFE_PART

_UNKNOWN: Final = "—"
NAMES: Final = frozenset({"cycle_end", "grace_until", "lapsed_on", "dues_quoted", "dues_for"})  # what `values` answers
_SCRIPT: Final = {
    "fr": (
        "Bonjour, je suis {caller} et je vous appelle au nom de l’association des anciens. Votre adhésion est arrivée "
        "à son terme le {end} ; vos services restent ouverts jusqu’au {grace}. Avez-vous reçu nos messages ? "
        "Souhaitez-vous que je vous renvoie le lien ? Y a-t-il quelque chose que nous pourrions mieux faire ? "
        "Si vous préférez ne plus être relancé·e, je le note tout de suite."
    ),
    "en": (
        "Hello, I am {caller} and I call for the alumni association. Your membership came to its end on {end}; your "
        "services stay open until {grace}. Did you get our messages? Shall I send you the link again? Is there "
        "anything we could do better? If you would rather not be reminded, I note it at once."
    ),
}
_INSTALMENT: Final = {
    "fr": " (échéance de votre adhésion à vie)",
    "en": " (an instalment of your membership for life)",
}
_CALLER: Final = {"fr": "(votre nom)", "en": "(your name)"}


def values(session: Session, variables: Mapping[str, object], lang: str) -> dict[str, str]:
    """The placeholders of mails and letters about a renewal; a dash where the case has none."""
    renewal = _seen(session, variables)
    if renewal is None:
        return {**dict.fromkeys(NAMES, _UNKNOWN), "dues_for": ""}
    grace = renewals.grace_end(session, renewal)
    return {
        "cycle_end": wording.day(renewal.cycle_end, lang),
        "grace_until": wording.day(grace, lang),
        "lapsed_on": wording.day(grace + timedelta(days=1), lang),
        "dues_quoted": wording.amount(renewal.dues, lang) if renewal.dues is not None else _UNKNOWN,
        "dues_for": _INSTALMENT[lang] if renewal.tariff_code == LIFE_PART else "",
    }


def of_variables(session: Session, variables: Mapping[str, object]) -> Renewal | None:
    """The renewal that a case is about: by the case that it names, else the one under way for its person."""
    case_id, person_id = uuid_or_none(variables, "case_id"), uuid_or_none(variables, "person_id")
    found = renewals.of_case(session, case_id) if case_id is not None else None
    return found or (renewals.running(session, person_id) if person_id is not None else None)


def _seen(session: Session, variables: Mapping[str, object]) -> Renewal | None:
    """The same, to be read only."""
    case_id = uuid_or_none(variables, "case_id")
    found = renewals.seen(session, case_id) if case_id is not None else None
    return found or of_variables(session, variables)


def _person(subject: Subject) -> Person | None:
    person_id = subject.id("person_id")
    return people.get(subject.session, person_id) if person_id is not None else None


def _read_renewal(subject: Subject, fields: Iterable[str]) -> Values:
    person, said = _person(subject), values(subject.session, subject.variables, subject.language)
    membership = memberships.of(subject.session, person.id) if person is not None else None
    return {
        "until": said["cycle_end"],
        "grace_until": said["grace_until"],
        "name": person.display_name if person is not None else _UNKNOWN,
        "member_no": membership.member_no if membership is not None else _UNKNOWN,
        "studies": _studies(person, subject.language) if person is not None else _UNKNOWN,
        "partner_member_no": _partner(subject),
    }


def _partner(subject: Subject) -> str | None:
    """The member number of whoever the couple's rate was asked for beside."""
    renewal = _seen(subject.session, subject.variables)
    partner = memberships.of(subject.session, renewal.partner_id) if renewal and renewal.partner_id else None
    return partner.member_no if partner is not None else None


def _studies(person: Person, lang: str) -> str:
    named = (
        f"{PROGRAMMES.get(each.programme, {}).get(lang, each.programme)} {each.promotion_year}"
        for each in person.diplomas
    )
    return ", ".join(named) or _UNKNOWN


def _read_call(subject: Subject, fields: Iterable[str]) -> Values:
    person, said = _person(subject), values(subject.session, subject.variables, subject.language)
    rung = subject.variables.get("rung")
    script = _SCRIPT.get(subject.language, _SCRIPT["fr"])
    return {
        "name": person.display_name if person is not None else _UNKNOWN,
        "phone": person.phones[0].number if person is not None and person.phones else _UNKNOWN,
        "script": script.format(
            caller=_CALLER.get(subject.language, _CALLER["fr"]), end=said["cycle_end"], grace=said["grace_until"]
        ),
        "notice": text(rung, "template") if isinstance(rung, Mapping) else _UNKNOWN,
    }


def _write_call(subject: Subject, given: Values) -> Values:
    """Keeps a note apart from the case, where it can be read by the person it is about, and erased."""
    person, note = _person(subject), given.get("note")
    if person is not None and note:
        entry = Feedback(id=uuid4(), person_id=person.id, about="CALL", comment=str(note)[:500], at=subject.now)
        subject.session.add(entry)
    return {}


def _write_renewal(subject: Subject, given: Values) -> Values:
    """Notes whose second half renews, or that it is nobody's. Raises PartnerUnknown, RateTaken."""
    renewal, number = of_variables(subject.session, subject.variables), given.get("partner_member_no")
    if renewal is not None and "partner_member_no" in given:
        partner = couples.named(subject.session, str(number), renewal.person_id) if number else None
        renewal.partner_id = partner
    return {}


RENEWAL: Final = Record(
    frozenset({"until", "grace_until", "name", "member_no", "studies", "partner_member_no"}),
    _read_renewal,
    frozenset({"partner_member_no"}),
    _write_renewal,
)
CALL: Final = Record(
    frozenset({"name", "phone", "script", "notice", "note"}), _read_call, frozenset({"note"}), _write_call
)
