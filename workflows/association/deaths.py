"""Service tasks around a death: nobody is written to while it is only reported, nothing goes on once it is confirmed.

What runs on its own hears `member_deceased`; every case that is still open afterwards, a pair included, and every
mandate is looked at by a person.
Source: domain §P1.12.3, annex A.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.assignment import SYSTEM
from engine.errors import WorkFailed
from engine.models import ProcessInstance
from engine.registry import ServiceWork, service_task
from workflows.association import exits, live_cases, mail_holds, memberships, office_mandates, people, role_names, roles
from workflows.association.case_variables import local_day, uuid, uuid_or_none
from workflows.association.exit_records import died_on
from workflows.association.exit_work import exit_of
from workflows.catalogue import entry

_ANYBODY = "MEMBERSHIP"  # who looks at a case whose process names no owner


@service_task("person.hold_mails", results=())
def hold_mails(work: ServiceWork) -> None:
    """A death is reported: no mail leaves until somebody has looked."""
    person_id = uuid_or_none(work.variables, "person_id")
    if person_id is not None:
        mail_holds.hold(work.session, person_id, mail_holds.DEATH_REPORTED, work.now)


@service_task("person.lift_hold", results=())
def lift_hold(work: ServiceWork) -> None:
    """It was a mistake: mails may go again."""
    mail_holds.lift(work.session, uuid(work.variables, "person_id"), work.now)
    exits.close(exit_of(work), "MISTAKE", work.now)


@service_task("person.register_death", results=())
def register_death(work: ServiceWork) -> None:
    """The death is confirmed: standing and services end, mandates and planned debits too. No mail to the family."""
    found = exit_of(work)
    person = people.get(work.session, found.person_id)
    if person is None:
        raise WorkFailed("the person of this case is not there", again=False)
    person.deceased_on = died_on(found, local_day(work.now, work.engine.settings.zone))
    memberships.end_by_death(work.session, person.id, work.now)
    exits.stop_collecting(work.session, person.id, work.now)
    exits.part_couple(work.session, person.id)
    office_mandates.finish_all(work.session, work.engine, person.id, reason=office_mandates.DEATH, by=SYSTEM)
    exits.close(found, "DECEASED", work.now)


@service_task("person.open_cases", results=("open_cases",))
def open_cases(work: ServiceWork) -> Mapping[str, object]:
    """What is still open: the other cases about this person or run by them, and the mandates that ended with the
    life, each with the role that looks at it."""
    person_id = exit_of(work).person_id
    cases = live_cases.of_person(work.session, person_id, but=work.instance_id, run=True)
    held = office_mandates.ended_by_death(work.session, person_id)
    found = [{"id": str(case.id), "role": _looks_at(case)} for case in cases]
    return {"open_cases": [*found, *({"id": str(each.id), "role": roles.head_of(each.role)} for each in held)]}


def _looks_at(case: ProcessInstance) -> str:
    """An owner of the process: one of ours, and whoever does the work before its head."""
    known = entry(case.process_id)
    owners = known.owner_roles if known is not None else frozenset()
    return min(owners, key=lambda each: (_is_outside(each), roles.head_of(each) not in owners, each), default=_ANYBODY)


def _is_outside(role: str) -> bool:
    return role_names.ROLES[role].kind == "outside"
