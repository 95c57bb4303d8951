"""The composition of a career group: its figures for the table `composition_check`, and who conflicts with whom.

Source: domain §P2.4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine.registry import ServiceWork, service_task
from workflows.association import people
from workflows.association.calendars import appointments
from workflows.association.case_variables import uuid
from workflows.association.cohorts import calendar, candidacies, records
from workflows.association.cohorts.candidacies import CohortCandidacy
from workflows.association.cohorts.records import Cohort
from workflows.association.people import Person

_WORDS: Final = {
    "fr": ("{name} : {employer}", "{name} : proche d’une personne qui anime"),
    "en": ("{name}: {employer}", "{name}: close to somebody who leads"),
}


@service_task("cohort.count", results=("composition", "confirmed", "blocking"))
def count(work: ServiceWork) -> Mapping[str, object]:
    """The figures of a composition: shares in hundredths, the largest of a sector; whether two share an employer, and
    whether somebody is close to those who lead: either holds the start back."""
    taken = records.seats(work.session, uuid(work.variables, "cohort_id"))
    known = people.by_ids(work.session, [seat.person_id for seat in taken])
    ordered = [known[seat.person_id] for seat in taken if seat.person_id in known]
    size = len(taken)
    employers = Counter(each.employer for each in ordered if each.employer)
    twice = any(number > 1 for number in employers.values())
    near = any(seat.near_lead for seat in taken)
    genders = Counter(each.civility for each in ordered if each.civility)
    composition = {
        "size": size,
        "guests": _share(sum(seat.guest for seat in taken), size),
        "one_gender": _share(max(genders.values(), default=0), size),
        "same_sector": max(Counter(each.sector for each in ordered if each.sector).values(), default=0),
        "same_employer": twice,
        "near_lead": near,
        "in_post": _share(sum(seat.situation == "IN_POST" for seat in taken), size),
        "age_span": _age_span(ordered),
    }
    return {"composition": composition, "confirmed": size, "blocking": twice or near}


def _share(part: int, whole_: int) -> int:
    return 100 * part // whole_ if whole_ else 0


def _age_span(ordered: Sequence[Person]) -> int:
    years = [each.birth_date.year for each in ordered if each.birth_date is not None]
    return max(years) - min(years) if years else 0


def conflicts(session: Session, cohort_id: UUID, language: str) -> Sequence[str]:
    """Who of a cohort holds its start back, and why, in words: by employer, then those close to who leads."""
    taken = records.seats(session, cohort_id)
    known = people.by_ids(session, [seat.person_id for seat in taken])
    employers = Counter(each.employer for each in known.values() if each.employer)
    employed, near = _WORDS["en" if language == "en" else "fr"]
    of_one = sorted((name, each.display_name) for each in known.values() if employers[name := each.employer or ""] > 1)
    close = sorted(known[seat.person_id].display_name for seat in taken if seat.near_lead and seat.person_id in known)
    return [employed.format(name=name, employer=employer) for employer, name in of_one] + [
        near.format(name=name) for name in close
    ]


def fitting(
    session: Session, cohort: Cohort, candidates: Iterable[CohortCandidacy], today: date
) -> Sequence[CohortCandidacy]:
    """Who of these may join, in their order.

    Until the start is decided people settle a conflict. Afterwards nobody looks at the group again, so that whoever
    would bring one (the employer of somebody in it, C5, so also his manager, or being close to who leads, C8) waits for
    the next group."""
    asked = list(candidates)
    first = min((each.day for each in appointments.of_calendar(session, cohort.key)), default=cohort.starts_on)
    if cohort.state != "RUNNING" and today < first - timedelta(days=calendar.rule(session, "check_days", today)):
        return asked
    inside = {seat.person_id for seat in records.seats(session, cohort.id)} | candidacies.offered(session, cohort.id)
    known = people.by_ids(session, [*inside, *(each.person_id for each in asked)])
    employers = {(person.employer, person.id) for id_ in inside if (person := known.get(id_)) and person.employer}

    def conflicts_with(person_id: UUID) -> bool:
        own = known[person_id].employer if person_id in known else None
        return any(employer == own and other != person_id for employer, other in employers)

    return [each for each in asked if not each.near_lead and not conflicts_with(each.person_id)]
