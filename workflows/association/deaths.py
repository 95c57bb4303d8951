"""Service tasks around a death: nobody is written to while it is only reported, nothing goes on once it is confirmed.

What runs on its own hears `member_deceased`; every case that is still open afterwards is looked at by a person.
Source: domain §P1.12.3, annex A.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import WorkFailed
from engine.models import ProcessInstance
from engine.registry import ServiceWork, service_task
from workflows.association import exits, live_cases, mail_holds, memberships, people
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
    exits.close(found, "DECEASED", work.now)


@service_task("person.open_cases", results=("open_cases",))
def open_cases(work: ServiceWork) -> Mapping[str, object]:
    """The other cases about this person that are still open, each with the role that looks at it."""
    found = live_cases.of_person(work.session, exit_of(work).person_id, but=work.instance_id)
    return {"open_cases": [{"id": str(case.id), "role": _looks_at(case)} for case in found]}


def _looks_at(case: ProcessInstance) -> str:
    known = entry(case.process_id)
    return min(known.owner_roles) if known is not None and known.owner_roles else _ANYBODY
