"""What an act on many cases would do: to how many, what they have open, and which are left as they are, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine.collective.deeds import Asked, obstacle, places, stands
from engine.engine import Engine
from engine.feel.values import to_expression
from engine.models import Incident, Job, ProcessInstance, UserTask
from engine.shapes import OPEN
from webapp.dates import day
from webapp.operations.diagrams import drawing, element_name
from webapp.operations.subjects import subjects_of
from webapp.operations.variables import variables_in
from webapp.process_titles import case_title
from webapp.viewer import viewer
from webapp.words import _
from workflows.association import discretion

AT_ONCE: Final = 500  # ids in one statement
LOOKED: Final = 500  # cases whose way through the diagram is looked at one by one
SAMPLE: Final = 20  # cases of which the places to go on at are asked
SHOWN: Final = 50
LONGEST: Final = 120
_ONE_BY_ONE: Final = frozenset({"move", "restart", "run", "date", "correct"})


@dataclass(frozen=True, slots=True)
class Seen:
    """One case and what would become of it; `words` is empty where the act is done to it."""

    id: UUID
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """The sum. `left`: how many are left as they are, by reason in words. `unlooked`: nobody looked so far."""

    done: int
    left: Sequence[tuple[str, int]]
    unlooked: int
    tasks: Sequence[tuple[str, int]]
    dates: int
    jobs: int
    incidents: int
    called: int
    now: Sequence[tuple[str, int]]  # what an act replaces: the present dates or values, and in how many cases
    cases: Sequence[Seen]


def reasons() -> Mapping[str, str]:
    """Why a case is left as it is, in words."""
    return {
        "ended": _("it has ended"),
        "suspended": _("it is suspended"),
        "running": _("it is not suspended"),
        "called": _("another case called it and waits for it"),
        "no_incident": _("nothing stands still there"),
        "not_there": _("it does not stand there"),
        "no_way": _("it cannot go on there"),
        "no_date": _("nothing is waited for there"),
        "no_value": _("it has no such value"),
        "same_value": _("it has this value already"),
        "unreadable": _("its state cannot be read"),
        "again": _("it was tried, and stands still again"),
    }


def outlook(session: Session, engine: Engine, cases: Sequence[ProcessInstance], asked: Asked, lang: str) -> Outlook:
    """Looks at the cases; nothing is changed."""
    looked = cases[:LOOKED] if asked.kind in _ONE_BY_ONE else cases
    found = {case.id: obstacle(session, engine, case, asked) for case in looked}
    touched = [case.id for case in looked if not found[case.id]]
    left = Counter(code for code in found.values() if code)
    kinds = _jobs(session, touched)
    dates = kinds.pop("timer", 0)
    kinds.pop("deadline", 0)  # the date of a task that is counted already
    said, names = reasons(), titles(session, engine, looked[:SHOWN], lang)
    return Outlook(
        done=len(touched),
        left=[(said[code], count) for code, count in left.most_common()],
        unlooked=len(cases) - len(looked),
        tasks=_tasks(session, engine, touched, lang),
        dates=dates,
        jobs=sum(kinds.values()),
        incidents=_count(session, select(func.count(Incident.id)).where(Incident.resolved_at.is_(None)), touched),
        called=_called(session, touched),
        now=_replaced(session, engine, [case for case in looked if not found[case.id]], asked),
        cases=[Seen(case.id, names[case.id], said.get(found[case.id], "")) for case in looked[:SHOWN]],
    )


def stopped_at(
    session: Session, engine: Engine, cases: Sequence[ProcessInstance], lang: str
) -> Sequence[tuple[str, str]]:
    """The elements at which incidents of these cases stand, with their names."""
    found: dict[str, str] = {}
    for ids in _parts([case.id for case in cases]):
        query = select(Incident.element, ProcessInstance.definition_id).join(
            ProcessInstance, ProcessInstance.id == Incident.instance_id
        )
        query = query.where(Incident.instance_id.in_(ids), Incident.resolved_at.is_(None)).distinct()
        for element, definition_id in session.execute(query):
            found.setdefault(element, element_name(session, engine, definition_id, element, lang))
    return sorted(found.items(), key=lambda entry: entry[1].casefold())


def stands_at(
    session: Session, engine: Engine, cases: Sequence[ProcessInstance], lang: str
) -> Sequence[tuple[str, str]]:
    """The elements at which tokens of these cases stand that may be moved. Raises StateUnreadable, DiagramRefused."""
    found: dict[str, str] = {}
    for case in (each for each in cases[:LOOKED] if each.status == "active"):
        for element in stands(session, engine, case):
            found.setdefault(element, element_name(session, engine, case.definition_id, element, lang))
    return sorted(found.items(), key=lambda entry: entry[1].casefold())


def titles(session: Session, engine: Engine, cases: Sequence[ProcessInstance], lang: str) -> Mapping[UUID, str]:
    """What each case is called, and whom it is about: one title may be that of many."""
    about = subjects_of(session, engine, [case.id for case in cases], pairs_for=viewer()) if cases else {}
    found = {case.id: (case_title(session, case, lang), about.get(case.id, "")) for case in cases}
    return {id_: " · ".join(part for part in parts if part) for id_, parts in found.items()}


def waited_at(
    session: Session, engine: Engine, cases: Sequence[ProcessInstance], lang: str
) -> Sequence[tuple[str, str]]:
    """The elements at which these cases wait for a date, or promised work is left, with their names."""
    found: dict[str, str] = {}
    for ids in _parts([case.id for case in cases]):
        query = select(Job.element, ProcessInstance.definition_id).join(
            ProcessInstance, ProcessInstance.id == Job.instance_id
        )
        waits = Job.instance_id.in_(ids), Job.element.is_not(None), Job.kind != "deadline", Job.retries > 0
        for element, definition_id in session.execute(query.where(*waits).distinct()):
            found.setdefault(str(element), element_name(session, engine, definition_id, str(element), lang))
    return sorted(found.items(), key=lambda entry: entry[1].casefold())


def names_in(session: Session, engine: Engine, cases: Sequence[ProcessInstance], roles: Set[str]) -> Sequence[str]:
    """The names of the values that some of these cases have and holders of these roles may correct together."""
    found: set[str] = set()
    for case in [each for each in cases if each.ended_at is None][:SAMPLE]:
        found |= variables_in(session, engine, case, None).keys()
    return sorted(found - discretion.guarded(roles))


def written(variables: Mapping[str, Any], hidden: Set[str] = frozenset()) -> Sequence[str]:
    """Names and values as a reader writes them; long values are cut."""
    return [f"{name} = {_cut(to_expression(value))}" for name, value in variables.items() if name not in hidden]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def whole(variables: Mapping[str, Any]) -> Sequence[str]:
    """The same, not cut: what tells two values apart."""
    return [f"{name} = {to_expression(value)}" for name, value in variables.items()]


def _replaced(
    session: Session, engine: Engine, cases: Sequence[ProcessInstance], asked: Asked
) -> Sequence[tuple[str, int]]:
    """What the act would replace: the values, the commonest first; the days, the next one first."""
    if asked.kind == "correct":
        known = (variables_in(session, engine, case, None) for case in cases)
        said = Counter(line for each in known for line in written({name: each[name] for name in asked.variables}))
        return said.most_common()
    if asked.kind not in ("run", "date"):
        return []
    days: Counter[date] = Counter()
    for ids in _parts([case.id for case in cases]):
        waits = Job.instance_id.in_(ids), Job.element == asked.element, Job.kind != "deadline", Job.retries > 0
        days.update(
            due_at.astimezone(engine.settings.zone).date()
            for due_at in session.scalars(select(Job.due_at).where(*waits))
        )
    return [(day(each), count) for each, count in sorted(days.items())]


def goes_on_at(
    session: Session, engine: Engine, cases: Sequence[ProcessInstance], asked: Asked, lang: str
) -> Sequence[tuple[str, str]]:
    """The elements at which some of these cases may go on, as a reader of the newest version meets them."""
    running = [case for case in cases if case.status == "active"][:SAMPLE]
    offered = {place for case in running for place in places(session, engine, case, asked)}
    if not offered:
        return []
    newest = max(running, key=lambda case: case.started_at).definition_id
    order = [shape.id for shape in drawing(session, engine, newest).reading_order()]
    return [(one, element_name(session, engine, newest, one, lang)) for one in order if one in offered]


def _tasks(session: Session, engine: Engine, ids: Sequence[UUID], lang: str) -> Sequence[tuple[str, int]]:
    found: Counter[str] = Counter()
    for some in _parts(ids):
        query = select(UserTask.definition_id, UserTask.element, func.count()).where(
            OPEN, UserTask.instance_id.in_(some)
        )
        for definition_id, element, count in session.execute(query.group_by(UserTask.definition_id, UserTask.element)):
            found[element_name(session, engine, definition_id, element, lang)] += count
    return found.most_common()


def _jobs(session: Session, ids: Sequence[UUID]) -> Counter[str]:
    found: Counter[str] = Counter()
    for some in _parts(ids):
        query = select(Job.kind, func.count()).where(Job.instance_id.in_(some)).group_by(Job.kind)
        found.update(dict(session.execute(query).tuples().all()))
    return found


def _count(session: Session, query: Select[Any], ids: Sequence[UUID]) -> int:
    parts = (query.where(Incident.instance_id.in_(some)) for some in _parts(ids))
    return sum(int(session.execute(part).scalar_one()) for part in parts)


def _called(session: Session, ids: Sequence[UUID]) -> int:
    """How many open cases these called, and those called in turn."""
    count, parents = 0, list(ids)
    while parents:
        children: list[UUID] = []
        for some in _parts(parents):
            query = select(ProcessInstance.id).where(
                ProcessInstance.parent_id.in_(some), ProcessInstance.ended_at.is_(None)
            )
            children += session.scalars(query).all()
        count, parents = count + len(children), children
    return count


def _parts(ids: Sequence[UUID]) -> Sequence[Sequence[UUID]]:
    return [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
