"""Tries of a draft on record, and what their page shows of the stage: tasks, mails, what stands still, the diagram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.definitions import latest
from engine.errors import AmicaleError, NotFound
from engine.jobs import next_due
from engine.models import UserTask
from engine.transaction import reading
from webapp.operations.diagrams import drawing, element_name
from webapp.operations.outline import names_in
from webapp.operations.story import progress
from webapp.process_titles import processes
from webapp.sandbox.phrases import Step, phrase_of, written
from webapp.sandbox.playing import Play
from webapp.sandbox.scenarios import scenarios_in
from webapp.sandbox.world import morning
from webapp.studio.models import StudioDraft, StudioTry
from webapp.studio.step_words import step_words
from webapp.studio.unfolding import Happening, unfolded
from webapp.studio.whose import whose
from workflows.association.mails import Mail

__all__ = [
    "Letter", "Scene", "Waiting", "acts_of", "begin", "found", "models", "of_draft", "scene", "sentences", "waiting",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task that waits. `who`: the words for whoever may do it."""

    id: UUID
    name: str
    process: str
    who: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that was written in the try."""

    to: str
    subject: str
    text: str
    at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Scene:
    """What the stage looks like now. `position` marks the newest case of the process on its diagram."""

    now: datetime
    due: datetime | None
    tasks: Sequence[Waiting]
    letters: Sequence[Letter]
    stopped: Sequence[tuple[str, str]]
    position: Mapping[str, list[str]]
    begun: bool
    story: Sequence[Happening]
    names: Mapping[str, str]
    title: str


def begin(session: Session, draft: StudioDraft, *, by: str, now: datetime) -> StudioTry:
    """A new try of the newest save."""
    made = StudioTry(id=uuid4(), draft_id=draft.id, number=draft.rev, steps=[], begun_at=now, begun_by=by)
    session.add(made)
    return made


def found(session: Session, draft: StudioDraft, try_id: UUID) -> StudioTry:
    """The try of this draft. Raises NotFound."""
    row = session.get(StudioTry, try_id, populate_existing=True)
    if row is None or row.draft_id != draft.id:
        raise NotFound(kind="try", id=str(try_id))
    return row


def of_draft(session: Session, draft_id: UUID) -> Sequence[StudioTry]:
    """The tries of a draft, newest first."""
    query = select(StudioTry).where(StudioTry.draft_id == draft_id).order_by(StudioTry.begun_at.desc())
    return session.scalars(query.limit(10)).all()


def sentences(steps: Sequence[Step], files: Mapping[str, bytes], language: str) -> list[str]:
    """What was done, a sentence each, to be looked at: no line of a page ends within its quotation marks."""
    told = [written(step, language)[0] for step in named(steps, files, language)]
    return [each.replace("« ", "«\N{NO-BREAK SPACE}").replace(" »", "\N{NO-BREAK SPACE}»") for each in told]


def named(steps: Sequence[Step], files: Mapping[str, bytes], language: str) -> list[Step]:
    """The same steps with elements called by their names, with their places where several bear one."""
    called = step_words(files, language)
    return [
        replace(step, said={**step.said, "element": called.get(element, element)})
        if (element := step.said.get("element"))
        else step
        for step in steps
    ]


def models(files: Mapping[str, bytes], language: str) -> list[str]:
    """The scenarios after which a run may be begun, by name; none where they cannot be read."""
    try:
        return [each.names.get(language) or each.name for each in scenarios_in(files)]
    except AmicaleError:
        return []


def acts_of(files: Mapping[str, bytes], number: int) -> list[Step]:
    """What is done in a scenario, without what is looked at. Raises NotFound."""
    found = scenarios_in(files)
    if not 0 <= number < len(found):
        raise NotFound(kind="scenario", id=str(number))
    return [step for step in found[number].steps if phrase_of(step.key).turn != "Then"]


def waiting(play: Play, session: Session, language: str) -> Sequence[Waiting]:
    """What waits for somebody on the stage."""
    stage, titles = play.stage, dict(processes(session, language))
    versions = {case.id: case.definition_id for case in stage.cases()}
    opened = stage.open_tasks()
    held = whose(session, [session.get_one(UserTask, task.id) for task in opened], language)
    return [
        Waiting(
            task.id, element_name(session, stage.engine, versions[task.instance_id], task.element, language),
            titles.get(task.process_id, task.process_id), held.get(task.id, ""),
        )
        for task in opened
    ]  # fmt: skip


def scene(play: Play, language: str) -> Scene:
    """The stage as it is now."""
    stage = play.stage
    with reading(stage.engine) as session:
        titles = dict(processes(session, language))
        letters = [
            Letter(mail.to_address, mail.subject, mail.text, mail.created_at, mail.state)
            for mail in session.scalars(select(Mail).order_by(Mail.created_at.desc()).limit(50))
        ]
        cases = stage.cases(play.process_id)
        position: dict[str, list[str]] = {"done": [], "flows": [], "standing": [], "incidents": []}
        if cases:
            gone = progress(session, cases[-1].id, ended=cases[-1].ended_at is not None)
            position = {**position, "done": sorted(set(gone.left) - gone.standing), "flows": sorted(set(gone.flows)),
                        "standing": sorted(gone.standing)}  # fmt: skip
        instances, tasks = {case.id: case for case in stage.cases()}, waiting(play, session, language)
        stopped = [
            (element_name(session, stage.engine, instances[each.instance_id].definition_id, each.element, language),
             str(each.message)[:300])
            for each in stage.incidents() if each.element and each.instance_id
        ]  # fmt: skip
        story = unfolded(session, stage, morning(stage.settings), language)
        drawn = drawing(session, stage.engine, latest(session, stage.engine, play.process_id).id)
        names = names_in(drawn, language)
    position["incidents"] = [str(each.element) for each in stage.incidents()]
    due = next_due(stage.engine)
    return Scene(
        stage.clock.now(), due, tasks, letters, stopped, position, bool(cases), story, names,
        titles.get(play.process_id, ""),
    )  # fmt: skip
