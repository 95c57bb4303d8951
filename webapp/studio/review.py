"""From a draft to a version in force: its author asks with a reason, somebody else looks and decides.

Everything that a deployment checks is checked again at that moment, golden cases too; a red one keeps the draft out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import Actor
from engine.deployment import DeployResult
from engine.engine import Engine
from engine.errors import Conflict, DeploymentRefused, FourEyes, Invalid
from webapp.sandbox.rehearsal import Outcome, Rehearsal
from webapp.studio import checks, delivered, drafts, rehearsals, versions
from webapp.studio.models import StudioDecision, StudioDraft, StudioRevision
from webapp.studio.rehearsals import Subject
from webapp.words import language

__all__ = ["approve", "authors", "propose", "rehearsed", "send_back", "take_back"]


class ReasonMissing(Invalid):
    """Say why, in a sentence: it stays with the version for whoever looks at it later."""

    code: ClassVar[str] = "studio_reason_missing"


class NothingChanged(Invalid):
    """This draft is the version in force, to the letter: there is nothing to bring into force."""

    code: ClassVar[str] = "studio_nothing_changed"


class NotProposed(Conflict):
    """Nobody asks for this draft to come into force any more: its author took it back, or somebody else decided."""

    code: ClassVar[str] = "studio_not_proposed"


class BaseMoved(Conflict):
    """Version {number} came into force meanwhile. Look at what the draft would change in it, and ask again."""

    code: ClassVar[str] = "studio_base_moved"


class ScenariosNotPlayed(Conflict):
    """Something else came into force since the scenarios of this save were played. They are being played again: decide
    when all have their result."""

    code: ClassVar[str] = "studio_not_rehearsed"


class ScenariosRed(Invalid):
    """Scenarios are red: {names}. Mend the draft or the scenario; or say why it should come into force all the same,
    which a second person has to accept as well."""

    code: ClassVar[str] = "studio_scenarios_red"


def authors(session: Session, draft: StudioDraft) -> frozenset[str]:
    """Everybody whose work is in the draft, and whoever asks for it."""
    saved = session.scalars(select(StudioRevision.saved_by).where(StudioRevision.draft_id == draft.id))
    return frozenset({*saved, draft.begun_by, draft.proposed_by or draft.begun_by})


def propose(
    session: Session, engine: Engine, draft: StudioDraft, seen: int, reason: str, despite: str = "", *, by: str,
    world: str,
) -> None:  # fmt: skip
    """Asks for the draft to come into force, compared with the version that is in force now. Scenarios that were not
    played in this `world` are played first, and the question waits for them. `despite`: why, although they are red.

    Raises DraftClosed, Conflict, ReasonMissing, NothingChanged, DeploymentRefused (it would be refused anyway),
    ScenariosRed.
    """
    if draft.state != "open":
        raise drafts.DraftClosed
    if draft.rev != seen:
        raise Conflict
    if not reason.strip():
        raise ReasonMissing
    files = drafts.files_of(session, draft.id, draft.rev)
    in_force = versions.latest(session, draft.process_id)
    was = versions.in_force(session, in_force)
    differing = {name for name in {*was, *files} if was.get(name) != files.get(name)}
    if not differing - delivered.updated(session, draft, in_force):
        raise NothingChanged
    found = checks.findings(session, engine, draft.process_id, files)
    if any(finding.is_error for finding in found):
        raise DeploymentRefused(found)
    subject = Subject.of_draft(draft)
    came = rehearsals.of_world(session, subject, world)
    if came is None:
        came = rehearsals.ask(session, subject, world, engine.clock.now())
    if came is not None and not came.left and came.red and not despite.strip():
        raise ScenariosRed(names=_names(came.red, language()))
    draft.proposed_by, draft.reason, draft.compared_id = by, reason.strip(), in_force.id
    draft.despite = despite.strip()
    draft.state = "rehearsing"
    if came is None or not came.left:
        _settle(draft, came)


def rehearsed(session: Session, draft: StudioDraft, number: int) -> None:
    """The last scenario of a save was played: whoever asked for the draft to come into force asks now, or is told."""
    if draft.state == "rehearsing" and draft.rev == number:
        _settle(draft, rehearsals.kept(session, Subject(draft.id, number)))


def _settle(draft: StudioDraft, came: Rehearsal | None) -> None:
    if came is None or not came.red:
        draft.state, draft.despite = "proposed", ""
    elif draft.despite:
        draft.state = "proposed"
    else:
        draft.state, draft.proposed_by = "open", None


def take_back(draft: StudioDraft) -> None:
    """Its author asks no longer. Raises NotProposed."""
    if draft.state not in ("rehearsing", "proposed"):
        raise NotProposed
    draft.state, draft.proposed_by = "open", None


def _names(red: Sequence[Outcome], spoken: str = "") -> str:
    """The scenarios by name, in this language where their file says it."""
    return ", ".join(each.called(spoken) for each in red)


def _red(session: Session, draft: StudioDraft, files: Mapping[str, bytes], world: str) -> Sequence[Outcome]:
    """The scenarios that are red in this save. Raises ScenariosNotPlayed."""
    if not rehearsals.has_scenarios(files):
        return ()
    played = rehearsals.of_world(session, Subject.of_draft(draft), world)
    if played is None or played.left:
        raise ScenariosNotPlayed
    return played.red


def send_back(session: Session, draft: StudioDraft, answer: str, *, by: Actor, now: datetime) -> None:
    """Gives the draft back to its authors, with what is to be thought of. Raises NotProposed, ReasonMissing."""
    if draft.state != "proposed":
        raise NotProposed
    if not answer.strip():
        raise ReasonMissing
    session.add(_decision(draft, "returned", by, answer, now))
    draft.state, draft.proposed_by = "open", None


def approve(
    session: Session, engine: Engine, draft: StudioDraft, seen: int, answer: str, *, by: Actor, now: datetime,
    world: str, despite: bool = False,
) -> DeployResult:  # fmt: skip
    """Brings the draft into force: new cases take the new version, running ones keep theirs. Scenarios must have been
    played in this `world`; `despite`: the reviewer accepts that some are red, if their author asked for that.

    Raises NotProposed, FourEyes (he wrote some of it), BaseMoved, DeploymentRefused with every finding,
    ScenariosNotPlayed, ScenariosRed.
    """
    if draft.state != "proposed" or draft.rev != seen:
        raise NotProposed
    if by.id in authors(session, draft):
        raise FourEyes(action="approve", kind="draft", name=draft.name)
    in_force = versions.latest(session, draft.process_id)
    if in_force.id != draft.compared_id:
        raise BaseMoved(number=in_force.version)
    files = drafts.files_of(session, draft.id, draft.rev)
    red = _red(session, draft, files, world)
    if red and not (despite and draft.despite):
        raise ScenariosRed(names=_names(red, language()))
    deployed, golden = checks.parts(files)
    others = checks.around(session, engine, draft.process_id)
    result = commands.deploy(
        session, engine, deployed, by=by, reason=draft.reason,
        checks=checks.checks_of(engine, draft.process_id, golden, others),
    )  # fmt: skip
    decided = _decision(draft, "approved", by, answer, now)
    decided.deployment_id = result.deployment_id
    _take_over(session, result, draft, engine.clock.now())
    decided.overridden = f"{_names(red)}: {draft.despite}" if red else ""
    session.add(decided)
    draft.state = "deployed"
    return result


def _take_over(session: Session, result: DeployResult, draft: StudioDraft, now: datetime) -> None:
    """What its scenarios came to as a draft is what the catalogue says of the version."""
    row = rehearsals.row_of(session, Subject.of_draft(draft))
    made = next((each.definition_id for each in result.processes if each.process_id == draft.process_id), None)
    if row is not None and made is not None:
        rehearsals.keep(session, Subject(made), Rehearsal.load(row.result), row.world, now)


def _decision(draft: StudioDraft, verdict: str, by: Actor, answer: str, now: datetime) -> StudioDecision:
    return StudioDecision(
        id=uuid4(), draft_id=draft.id, number=draft.rev, verdict=verdict, author=draft.proposed_by or draft.begun_by,
        reason=draft.reason, reviewer=by.id, answer=answer.strip(), decided_at=now,
    )  # fmt: skip
