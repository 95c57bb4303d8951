"""Who leads a career group, and what follows where somebody stops: service tasks of `cohort_leads`.

The other one leads alone; within the days of the rule somebody is appointed, else joining another group is considered.
Source: domain §P2.7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from engine.assignment import SYSTEM
from engine.calendar import PARIS
from engine.registry import ServiceWork, service_task
from workflows.association import office_mandates, people, role_names, roles
from workflows.association.calendars import appointments
from workflows.association.case_variables import local_day, text, uuid, uuid_or_none
from workflows.association.cohorts import calendar, records
from workflows.association.cohorts.dropped_leads import ROLES
from workflows.association.cohorts.planning import PersonUnknown, the_person
from workflows.association.cohorts.records import Cohort
from workflows.association.records import Record, Subject, Values

AFTER: Final = timedelta(days=400)  # how long facilitators keep their cohort after its last session: its follow-ups


def of(work: ServiceWork, key: str) -> list[UUID]:
    """Who leads the group of this key today: the facilitator, then the co-facilitator."""
    today = local_day(work.now, work.engine.settings.zone)
    return [each for role in ROLES for each in roles.holders(work.session, role, today, scope=key)]


def _told(work: ServiceWork, cohort: Cohort) -> Sequence[str]:
    """The people of a group and those who lead it."""
    sitting = [seat.person_id for seat in records.seats(work.session, cohort.id)]
    return [str(each) for each in dict.fromkeys([*sitting, *of(work, cohort.key)])]


@service_task("leads.note", results=("cohort_id", "told", "find_until"))
def note(work: ServiceWork) -> Mapping[str, object]:
    """Whom to tell that somebody stops, and until when somebody else is looked for."""
    cohort = records.of_case(work.session, work.variables)
    today, zone = local_day(work.now, work.engine.settings.zone), work.engine.settings.zone
    days = calendar.rule(work.session, "lead_days", today)
    until = datetime.combine(today + timedelta(days=days), time(9), zone)
    return {"cohort_id": str(cohort.id), "told": _told(work, cohort), "find_until": until.isoformat()}


@service_task("leads.appoint", results=("told",))
def appoint(work: ServiceWork) -> Mapping[str, object]:
    """Gives the mandate, and invites to what is still to come."""
    cohort, new = records.of_case(work.session, work.variables), uuid(work.variables, "new_lead_id")
    meetings = appointments.of_calendar(work.session, cohort.key)
    office_mandates.appoint(
        work.session, work.engine, new, text(work.variables, "lead_role"), by=SYSTEM, scope=cohort.key,
        from_date=local_day(work.now, work.engine.settings.zone), to_date=meetings[-1].day + AFTER,
    )  # fmt: skip
    for each in meetings:
        if cohort.state == "RUNNING" and each.starts_at > work.now and each.state != appointments.CANCELLED:
            appointments.invite(work.session, each, [new])
    return {"told": _told(work, cohort)}


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    key, today = text(subject.variables, "cohort_key"), local_day(subject.now, PARIS)
    role = role_names.ROLES.get(text(subject.variables, "lead_role"))
    others = [each for name in ROLES for each in roles.holders(subject.session, name, today, scope=key)]
    names = [people.display_name(subject.session, each) for each in others]
    return {
        "key": key, "role_words": (role.en if subject.language == "en" else role.fr) if role is not None else "—",
        "other": ", ".join(names) or "—",
    }  # fmt: skip


def _write(subject: Subject, values: Values) -> Values:
    """Who is to lead, or that nobody can. Raises PersonUnknown; somebody who leads the group already cannot twice."""
    if values.get("nobody") is True:
        return {"new_lead_id": None}
    found = the_person(subject.session, text(values, "email"), "email")
    key, today = text(subject.variables, "cohort_key"), local_day(subject.now, PARIS)
    if any(found in roles.holders(subject.session, name, today, scope=key) for name in ROLES):
        raise PersonUnknown(field="email")
    cohort_id = uuid_or_none(subject.variables, "cohort_id")
    if cohort_id is not None and found in {seat.person_id for seat in records.seats(subject.session, cohort_id)}:
        raise PersonUnknown(field="email")
    return {"new_lead_id": str(found)}


_ASKED: Final = frozenset({"email", "nobody"})
LEAD: Final = Record(_ASKED | {"key", "role_words", "other"}, _read, _ASKED, _write)
