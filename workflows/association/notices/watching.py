"""Looks, once a minute while somebody wants it, for tasks that became somebody's or are due on the next working day.

Nobody's answer waits for this, and what came together is told together: a week that is handed over rings once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, String, Uuid, delete, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.engine import Engine
from engine.models import Base, HistoryEvent, Moment, UserTask
from engine.outside.inbound import leave
from engine.personal import Personal
from engine.registry import ServiceTask, ServiceWork
from workflows.association import absences, mail_hours, people, roles, wording
from workflows.association.case_variables import local_day
from workflows.association.notices.choices import WATCHED, Kind, NoticeChoice
from workflows.association.notices.telling import Said, tell, was_told
from workflows.association.task_names import name_of

__all__ = ["LOOK", "ToldTask", "ensure", "look", "service"]

LOOK: Final = "notice.look"
EVERY: Final = timedelta(minutes=1)
AT_ONCE: Final = 200  # tasks of one person in one look; the next look goes on
HANDED: Final = ("task_opened", "task_assigned", "task_claimed", "task_reopened")
_TEXTS: Final = {
    ("assigned", "fr"): ("Nouvelle tâche pour vous : « {task} »", "{count} nouvelles tâches pour vous"),
    ("assigned", "en"): ("A new task for you: “{task}”", "{count} new tasks for you"),
    ("due", "fr"): ("À rendre {day} : « {task} »", "{count} tâches à rendre {day}"),
    ("due", "en"): ("Due {day}: “{task}”", "{count} tasks due {day}"),
}
_DAYS: Final = {"fr": ("demain", "le {day}"), "en": ("tomorrow", "on {day}")}
_MAIL: Final = {
    "fr": "{title}.\n\n{url}\n\nVous avez demandé cet avis ; le changer : {choices}",
    "en": "{title}.\n\n{url}\n\nYou asked for this notice; to change that: {choices}",
}


class ToldTask(Base):
    """A task of which somebody was told, or need not be, while it is his."""

    __tablename__ = "told_task"
    __privacy__ = Personal("work", "person_id", plain="kind task_id")
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    task_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True, slots=True)
class _Look:
    session: Session
    engine: Engine
    public_url: str
    now: datetime
    today: date
    next_day: date  # the next working day


def ensure(session: Session, engine: Engine) -> None:
    """Promises the next look where somebody asked for one. Whoever promises it besides means the same."""
    wanted = select(NoticeChoice.person_id).where(NoticeChoice.kind.in_(WATCHED), NoticeChoice.way != "none")
    if session.scalar(wanted.limit(1)) is not None:
        _promise(session, engine)


def look(work: ServiceWork, public_url: str) -> None:
    """Tells everybody what is new, by day, and promises the next look while anybody wants it."""
    session, zone = work.session, work.engine.settings.zone
    today = local_day(work.now, zone)
    next_day = work.engine.settings.staff_calendar(session).add(today, 1)
    at = _Look(session, work.engine, public_url, work.now, today, next_day)
    choices = session.scalars(
        select(NoticeChoice).where(NoticeChoice.kind.in_(WATCHED), NoticeChoice.way != "none")
        .order_by(NoticeChoice.person_id, NoticeChoice.kind)
    ).all()  # fmt: skip
    if mail_hours.awake(work.now, zone) == work.now:
        for choice in choices:
            if _is_here(session, choice.person_id, today):
                _tell_new(at, choice)
    if choices:
        _promise(session, work.engine)


def _promise(session: Session, engine: Engine) -> None:
    """The look of the next full minute, by its name: two that promise it promise one, chains that began apart become
    one at their next step, and a look that is held or under way keeps nobody from the next."""
    due_at = engine.clock.now().replace(second=0, microsecond=0) + EVERY
    leave(session, engine, "errand", f"{LOOK} {due_at:%Y%m%dT%H%M}", {}, type_=LOOK, retries=5, due_at=due_at)


def _is_here(session: Session, person_id: UUID, today: date) -> bool:
    """Whether somebody works here and is not away: his tasks are the substitute's meanwhile."""
    held = roles.keys_of(session, person_id, today)
    return roles.works_here(held) and not absences.is_away(session, person_id, today, today)


def _tell_new(at: _Look, choice: NoticeChoice) -> None:
    kind: Kind = "due" if choice.kind == "due" else "assigned"
    actor = f"person:{choice.person_id}"
    key = f"{kind}:{choice.person_id.hex}:{at.now:%Y%m%d%H%M}"
    if was_told(at.session, key):
        return  # a second look of this minute: what it would find is for the next
    mine = exists().where(UserTask.id == ToldTask.task_id, UserTask.assignee == actor, UserTask.state == "created")
    told = delete(ToldTask).where(ToldTask.person_id == choice.person_id, ToldTask.kind == kind, ~mine)
    at.session.execute(told.execution_options(synchronize_session=False))
    found = _found(at, choice, actor)
    at.session.add_all(
        ToldTask(person_id=choice.person_id, task_id=task.id, kind=kind, at=at.now) for task in found
    )  # fmt: skip
    news = list(found if kind == "due" else _handed(at, choice, actor, found))
    person = people.get(at.session, choice.person_id)
    if news and person is not None:
        language = "en" if person.lang == "en" else "fr"
        tell(at.session, at.engine, choice.person_id, kind, _said(at, kind, language, news), key)


def _found(at: _Look, choice: NoticeChoice, actor: str) -> Sequence[UserTask]:
    """Open tasks of theirs in sight of which this kind was not told."""
    told = exists().where(
        ToldTask.person_id == choice.person_id, ToldTask.task_id == UserTask.id, ToldTask.kind == choice.kind
    )
    query = select(UserTask).where(UserTask.assignee == actor, UserTask.state == "created", ~told)
    if choice.kind == "due":
        zone = at.engine.settings.zone
        first = datetime.combine(at.next_day, datetime.min.time(), zone)
        # A deadline is the end of its day: midnight belongs to the day before.
        query = query.where(UserTask.due_at > first, UserTask.due_at <= first + timedelta(days=1))
    return at.session.scalars(query.order_by(UserTask.rank_at, UserTask.id).limit(AT_ONCE)).all()


def _handed(at: _Look, choice: NoticeChoice, actor: str, tasks: Sequence[UserTask]) -> Iterator[UserTask]:
    """Those that somebody else, or a diagram, gave since this was asked for; not what one took oneself."""
    for task in tasks:
        came = select(HistoryEvent.at, HistoryEvent.by).where(
            HistoryEvent.instance_id == task.instance_id, HistoryEvent.token == task.id, HistoryEvent.kind.in_(HANDED)
        )
        last = at.session.execute(came.order_by(HistoryEvent.at.desc(), HistoryEvent.id.desc()).limit(1)).first()
        if last is not None and last.by != actor and last.at >= choice.since:
            yield task


def _said(at: _Look, kind: Kind, language: str, tasks: Sequence[UserTask]) -> Said:
    one, many = _TEXTS[kind, language]
    tomorrow, later = _DAYS[language]
    near = at.next_day - at.today == timedelta(days=1)
    day = tomorrow if near else later.format(day=wording.day(at.next_day, language))
    name = name_of(at.session, at.engine, tasks[0], language)
    title = (one if len(tasks) == 1 else many).format(task=name, count=len(tasks), day=day)
    path = f"/tasks/{tasks[0].id}" if len(tasks) == 1 else "/tasks"
    text = _MAIL[language].format(title=title, url=at.public_url + path, choices=f"{at.public_url}/account/notices")
    return Said(title, path, title, text, tasks[0].id if len(tasks) == 1 else None)


def service(public_url: str) -> ServiceTask:
    """The look as a job type, over the address that mails lead to."""

    def work(given: ServiceWork) -> None:
        look(given, public_url)

    return ServiceTask(LOOK, work, frozenset())
