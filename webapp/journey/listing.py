"""The list of somebody's journeys: what he is in each, whom or what it is about, and which waits for him."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.models import ProcessInstance, UserTask
from webapp import authorize
from webapp.authorize import Viewer
from webapp.calendars import naming
from webapp.journey import organising, programme
from webapp.journey.paying import to_pay
from webapp.process_titles import process_title
from webapp.words import _
from workflows.association.mentoring import meetings
from workflows.association.mentorships import Mentorship

MOST: Final = 50


@dataclass(frozen=True, slots=True)
class JourneyLink:
    """One journey of the list; `waits` says that its reader has something to do in it."""

    id: UUID
    title: str
    ended: bool
    waits: bool


def mine_of(session: Session, viewer: Viewer, language: str) -> Mapping[str, Sequence[JourneyLink]]:
    """Every journey of the viewer under what he is in it: what waits for him first, what is over last."""
    query = (
        select(ProcessInstance)
        .where(authorize.about_me(viewer), ProcessInstance.parent_id.is_(None))
        .order_by(ProcessInstance.started_at.desc())
    )
    found = session.scalars(query.limit(MOST)).all()
    about, waiting = subjects(session, viewer, found, language), set(_waiting(session, viewer, found))
    ended = {each.id for each in found if each.ended_at is not None}
    roads = organising.after(session, viewer, found)
    ended -= {proposal for proposal, behind in roads.items() if behind.goes_on}
    to_do = _waiting(session, viewer, [each for behind in roads.values() for each in behind.cases])
    waiting |= {proposal for proposal, behind in roads.items() if any(each.id in to_do for each in behind.cases)}
    parts: dict[str, list[JourneyLink]] = {}
    for case in sorted(found, key=lambda each: (each.id in ended, each.id not in waiting)):
        link = JourneyLink(case.id, _name(session, case, about, language), case.id in ended, case.id in waiting)
        parts.setdefault(programme.part_of(session, viewer, case), []).append(link)
    return parts


def subjects(session: Session, viewer: Viewer, cases: Sequence[ProcessInstance], language: str) -> Mapping[UUID, str]:
    """Whom or what cases are about, by case: the title of the event, the other of a pair; nothing of other cases."""
    keys = {case.id: key[0] for case in cases if (key := organising.KEY.search(case.title or ""))}
    paired = [case.id for case in cases if case.process_id == "mentorship"]
    if paired:
        for pair in session.scalars(select(Mentorship).where(Mentorship.instance_id.in_(paired))):
            if pair.instance_id is not None:
                keys[pair.instance_id] = meetings.calendar_of(pair)
    ids = [UUID(each.removeprefix("person:")) for each in viewer.identities if each.startswith("person:")]
    called = naming.called(session, keys.values(), ids, language)
    return {case: called[key].subject for case, key in keys.items()}


def _name(session: Session, case: ProcessInstance, about: Mapping[UUID, str], language: str) -> str:
    title = case.title_in(language) or process_title(session, case, language)
    if case.id not in about:
        return title
    if case.process_id == organising.PROPOSAL:
        return about[case.id]
    return _("%(what)s: %(about)s", what=organising.KEY.sub("", title).strip(), about=about[case.id])


def _waiting(session: Session, viewer: Viewer, cases: Sequence[ProcessInstance]) -> Collection[UUID]:
    """The cases in which the viewer has an open task, or something to pay or to sign on a page of ours."""
    ids = [case.id for case in cases]
    query = select(UserTask.instance_id).where(
        UserTask.instance_id.in_(ids), authorize.authorize(viewer, "work", UserTask)
    )
    return {*session.scalars(query), *to_pay(session, ids)}
