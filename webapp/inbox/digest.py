"""What waits for somebody, by mail, on each working day or once a week, for whoever asked for it.

The mail holds numbers and links, no name and no title: it may be read on any screen. Whoever is away gets none. Each
reader's job leaves the next one behind; a second run of the same day writes nothing.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final, Literal, cast
from uuid import NAMESPACE_OID, UUID, uuid5

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.assignment import Actor
from engine.engine import Engine
from engine.models import Base, Job, Moment, UserTask
from engine.personal import Personal
from engine.registry import Connector, ConnectorWork
from engine.tally import counts
from engine.transaction import transaction
from webapp.auth import current, engine, staff
from webapp.words import _
from workflows.association import absences, mails, own_names, people, roles
from workflows.association.case_variables import local_day

__all__ = ["TYPE", "DigestChoice", "blueprint", "choose", "connector", "rhythm_of"]

TYPE: Final = "inbox.digest"
AT: Final = time(7, 30)
Rhythm = Literal["daily", "weekly"]
# The subject, then what is said in turn: of one's own tasks, of those among them that are late where there are such, of
# the queues where something is in them.
TEXTS: Final = {
    "fr": {
        "subject": "Vos tâches : {mine}",
        "subject_late": "Vos tâches : {mine}, dont {late} en retard",
        "subject_queue": "Tâches à prendre : {queue}",
        "mine": "Tâches dans votre liste : {mine}, dont {late} en retard et {today} à rendre aujourd’hui.\n{url}/tasks",
        "late": "En retard :\n{url}/tasks?late=1",
        "queue": "Tâches à prendre dans les files de vos rôles : {queue}.\n{url}/tasks?tab=queue",
        "end": "Vous avez demandé ce récapitulatif ; le changer ou l’arrêter :\n{url}/account/",
    },
    "en": {
        "subject": "Your tasks: {mine}",
        "subject_late": "Your tasks: {mine}, {late} of them late",
        "subject_queue": "Tasks to take: {queue}",
        "mine": "Tasks in your list: {mine}, {late} of them late and {today} due today.\n{url}/tasks",
        "late": "Late:\n{url}/tasks?late=1",
        "queue": "Tasks to take in the queues of your roles: {queue}.\n{url}/tasks?tab=queue",
        "end": "You asked for this digest; to change or stop it:\n{url}/account/",
    },
}
blueprint = Blueprint("digest", __name__, url_prefix="/tasks/digest")


class DigestChoice(Base):
    """How often somebody wants to be told what waits for him."""

    __tablename__ = "digest_choice"
    __privacy__ = Personal("work", "person_id", plain="rhythm")
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    rhythm: Mapped[str] = mapped_column(String(8))  # daily, weekly
    chosen_at: Mapped[datetime] = mapped_column(Moment)


@blueprint.post("/")
@staff
def keep() -> ResponseReturnValue:
    """Keeps how often the viewer wants a digest."""
    wanted = request.form.get("rhythm", "")
    rhythm = cast("Rhythm", wanted) if wanted in {"daily", "weekly"} else None
    with transaction(engine()) as writer:
        choose(writer, engine(), current().person_id, rhythm)
    told = {
        "daily": _("You get a digest on each working day."),
        "weekly": _("You get a digest at the beginning of each week."),
    }
    flash(told.get(wanted, _("You get no digest.")), "success")
    return redirect(url_for("account.overview"), 303)


def rhythm_of(session: Session, person_id: UUID) -> str:
    """How often this person wants it; empty for never."""
    row = session.get(DigestChoice, person_id)
    return "" if row is None else row.rhythm


def choose(session: Session, machine: Engine, person_id: UUID, rhythm: Rhythm | None) -> None:
    """Keeps the choice, and promises the next mail."""
    row = session.get(DigestChoice, person_id)
    if rhythm is None:
        if row is not None:
            session.delete(row)
        return
    now = machine.clock.now()
    if row is None:
        session.add(DigestChoice(person_id=person_id, rhythm=rhythm, chosen_at=now))
    else:
        row.rhythm, row.chosen_at = rhythm, now
    _promise(session, machine, person_id, rhythm)


def connector(public_url: str) -> Connector:
    """Writes one digest, and promises the next one as long as it is wanted."""

    def write(work: ConnectorWork) -> None:
        person_id = UUID(str(work.variables["person_id"]))
        with transaction(work.engine) as session:
            row = session.get(DigestChoice, person_id)
            if row is None:
                return
            if work.variables["rhythm"] == row.rhythm:  # a job of the former choice is nobody's any more
                _write(session, work.engine, person_id, public_url)
            _promise(session, work.engine, person_id, cast("Rhythm", row.rhythm))

    return Connector(TYPE, write, retries=5, policy="idempotent", results=frozenset())


def _write(session: Session, machine: Engine, person_id: UUID, public_url: str) -> None:
    now = machine.clock.now()
    today = local_day(now, machine.settings.zone)
    person, held = people.get(session, person_id), roles.keys_of(session, person_id, today)
    if person is None or person.primary_email is None or not roles.works_here(held):
        return
    if absences.is_away(session, person_id, today, today):
        return
    names = own_names.of_person(session, person_id)
    actor = Actor(f"person:{person_id}", person.display_name, held, also=names.every)
    figures = counts(session, actor, now)
    if not figures.mine and not figures.unclaimed:
        return
    tonight = datetime.combine(today + timedelta(days=1), time(), machine.settings.zone)
    due = select(func.count(UserTask.id)).where(
        UserTask.assignee == actor.id, UserTask.state == "created", UserTask.due_at.between(now, tonight)
    )
    texts = TEXTS["en" if person.lang == "en" else "fr"]
    words = {
        "mine": figures.mine, "late": figures.late, "queue": figures.unclaimed, "today": session.scalar(due) or 0,
        "url": public_url,
    }  # fmt: skip
    told = [part for part in ("mine", "late", "queue", "end") if words.get(part, 1)]
    key = f"digest:{person_id.hex}:{today.isoformat()}"
    if mails.by_key(session, key) is None:
        text = "\n\n".join(texts[part].format(**words) for part in told)
        about = "subject_late" if figures.late else "subject" if figures.mine else "subject_queue"
        subject = texts[about].format(**words)
        mails.post(session, machine, to=person_id, subject=subject, text=text, lang=person.lang, key=key)


def _next(session: Session, machine: Engine, rhythm: Rhythm, after: datetime) -> datetime:
    """The next morning: of a working day, or of the first working day of the next week."""
    calendar = machine.settings.staff_calendar(session)
    day = local_day(after, machine.settings.zone)
    monday = day + timedelta(days=7 - day.weekday())
    first = calendar.add(day, 1) if rhythm == "daily" else calendar.add(monday, 0)
    return datetime.combine(first, AT, machine.settings.zone)


def _promise(session: Session, machine: Engine, person_id: UUID, rhythm: Rhythm) -> None:
    """The job of the next morning, once, whoever promises it."""
    due_at = _next(session, machine, rhythm, machine.clock.now())
    job_id = uuid5(NAMESPACE_OID, f"{TYPE} {person_id} {rhythm} {due_at.isoformat()}")
    if session.get(Job, job_id) is None:
        variables = {"person_id": str(person_id), "rhythm": rhythm}
        session.add(
            Job(
                id=job_id, process_id="", kind="connector", type=TYPE, payload={"variables": variables},
                due_at=due_at, retries=5, priority=10,
            )
        )  # fmt: skip
