"""Tells those who work on a case that something came back: whoever has its tasks, else those who may take them.

The news names the case and never quotes the mail. It is a mail of no case, so an answer to it is filed nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.models import ProcessInstance, UserTask
from workflows.association import mails, people, role_names, roles
from workflows.association.case_variables import local_day
from workflows.association.mails import Mail

__all__ = ["tell"]

MOST_READERS: Final = 20
_TEXTS: Final = {
    ("fr", False): (
        "Une réponse est arrivée : {case}",
        "Quelqu’un a répondu à un courriel du dossier « {case} ». La réponse est sur la page du dossier.",
    ),
    ("en", False): (
        "An answer arrived: {case}",
        "Somebody answered a mail of the case “{case}”. The answer is on the page of the case.",
    ),
    ("fr", True): (
        "Un courriel n’est pas arrivé : {case}",
        "Un courriel du dossier « {case} » n’a pas pu être remis. La page du dossier dit à quelle adresse.",
    ),
    ("en", True): (
        "A mail did not arrive: {case}",
        "A mail of the case “{case}” could not be delivered. The page of the case says to which address.",
    ),
}


def tell(session: Session, engine: Engine, received_id: UUID, original: Mail, *, bounced: bool) -> None:
    """Writes to those who have the open tasks of the original's case, once for each received mail and reader."""
    case = session.get(ProcessInstance, original.instance_id) if original.instance_id is not None else None
    if case is None:
        return
    for reader in _readers(session, engine, case.id):
        person = people.get(session, reader)
        if person is None or person.primary_email is None or person.id == original.person_id:
            continue
        lang = person.lang if person.lang in ("fr", "en") else "fr"
        subject, text = _TEXTS[lang, bounced]
        words = {"case": case.business_key or case.title_in(lang) or case.process_id}
        mails.post(
            session, engine, to=person.id, subject=subject.format(**words), text=text.format(**words),
            key=f"back:{received_id.hex[:20]}:{person.id.hex}",
        )  # fmt: skip


def _readers(session: Session, engine: Engine, instance_id: UUID) -> list[UUID]:
    return list(dict.fromkeys(_of_tasks(session, engine, instance_id)))[:MOST_READERS]


def _of_tasks(session: Session, engine: Engine, instance_id: UUID) -> Iterator[UUID]:
    today = local_day(engine.clock.now(), engine.settings.zone)
    tasks = select(UserTask).where(UserTask.instance_id == instance_id, UserTask.state == "created")
    for task in session.scalars(tasks.order_by(UserTask.created_at)):
        kind, _, person = (task.assignee or "").partition(":")
        if kind == "person":
            yield UUID(person)
        elif task.assignee is None and task.role in role_names.ROLES:
            yield from roles.holders(session, str(task.role), today)
