"""The service task that sets the letter of a rung: archived as issued, and put with the letters to post."""

from __future__ import annotations

from engine.errors import WorkFailed
from engine.registry import ServiceTask, ServiceWork
from workflows.association import outgoing_letters, people
from workflows.association.case_variables import text, uuid, uuid_or_none
from workflows.association.settings import Association

JOB_TYPE = "reminder.letter"


def service_task(association: Association) -> ServiceTask:
    """The service task `reminder.letter` of an association."""

    def write(work: ServiceWork) -> None:
        """Sets the letter that the rung names, once."""
        person = people.get(work.session, uuid(work.variables, "person_id"))
        rung = work.variables.get("rung")
        if person is None or not isinstance(rung, dict):
            raise WorkFailed("there is nobody to write to", again=False)
        outgoing_letters.write(
            work.session, association, person, text(rung, "template"), dict(work.variables),
            key=f"letter:{work.token}", case_id=uuid_or_none(work.variables, "case_id"), now=work.now,
        )  # fmt: skip

    return ServiceTask(JOB_TYPE, write, results=frozenset())
