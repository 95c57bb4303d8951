"""A case's history in words: what happened, who did it, when. The newest comes first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.models import HistoryEvent
from webapp.operations.decided import decided, null_explained
from webapp.operations.drawing import Drawing
from webapp.operations.names import names_of
from webapp.operations.progress import Progress
from webapp.words import _, ngettext

SILENT = frozenset({"path"})
MINOR = frozenset({"path", "task_opened", "decided", "message_received", "variables_set"})
TROUBLE = frozenset({"incident_raised", "job_failed"})


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """One event as a sentence; `who` is empty where the machine acted."""

    text: str
    who: str
    at: datetime
    trouble: bool


def events(
    session: Session, instance_id: UUID, *, limit: int, without: Iterable[str] = SILENT
) -> Sequence[HistoryEvent]:
    """The latest events of a case, newest first."""
    return session.scalars(
        select(HistoryEvent)
        .where(HistoryEvent.instance_id == instance_id, HistoryEvent.kind.not_in(list(without)))
        .order_by(HistoryEvent.at.desc(), HistoryEvent.id.desc())
        .limit(limit)
    ).all()


def tell(
    session: Session,
    found: Sequence[HistoryEvent],
    drawing: Drawing,
    language: str,
    *,
    inputs: bool = False,
    reasons: bool = False,
) -> tuple[StoryEntry, ...]:
    """The events as sentences in the reader's language.

    `inputs`: with the values on which decisions rest. `reasons`: with what people gave as their reason.
    """
    names = names_of(session, (event.by for event in found))
    return tuple(
        StoryEntry(
            sentence(event.kind, _element(drawing, event.element, language), event.data or {}, inputs=inputs)
            + (_reason(event.data or {}) if reasons else ""),
            "" if event.by in (None, "system") else names[str(event.by)],
            event.at,
            event.kind in TROUBLE,
        )
        for event in found
    )


def _element(drawing: Drawing, element: str | None, language: str) -> str:
    shape = drawing.shapes.get(element or "")
    return "" if shape is None else shape.label(language)


def sentence(kind: str, name: str, data: Mapping[str, object], *, inputs: bool = False) -> str:
    """What happened, in words. An event that a newer engine knows and this page does not is named as it is."""
    if kind == "decided":
        return decided(name, data, inputs=inputs)
    if kind == "null_explained":
        return null_explained(name, data)
    if kind == "variables_set":
        return _corrected(data.get("variables", data.get("names")))
    if kind == "deadline":
        return _deadline(name, data.get("share"))
    if kind == "job_failed":
        left = int(str(data.get("left", 0)))
        again = ngettext("it is tried %(num)d more time", "it is tried %(num)d more times", left)
        return _("“%(name)s” did not work; %(again)s", name=name, again=again)
    if kind == "message_received" and not name:
        return _("A message arrived")
    known = _sentences().get(kind)
    return known.replace("{name}", name) if known is not None else f"{kind.replace('_', ' ')} {name}".strip()


def _reason(data: Mapping[str, object]) -> str:
    given = str(data.get("reason") or "")
    return _(": “%(reason)s”", reason=given) if given else ""


def _corrected(variables: object) -> str:
    names = sorted(str(name) for name in variables) if isinstance(variables, Mapping | list) else []
    if not names:
        return _("Data of the case was corrected")
    return _("Data of the case was corrected (%(names)s)", names=", ".join(names))


def _deadline(name: str, share: object) -> str:
    if share == 50:
        return _("Half the time for “%(name)s” is over: a reminder was sent", name=name)
    return _("“%(name)s” is late: whoever answers for it was told", name=name)


def _sentences() -> Mapping[str, str]:
    return {
        "case_started": _("The case began"),
        "case_completed": _("The case is finished"),
        "case_canceled": _("The case was cancelled"),
        "cancel_reason": _("A reason for cancelling was given"),
        "case_suspended": _("The case was suspended"),
        "case_resumed": _("The case goes on"),
        "activity_chosen": _("“{name}” was chosen"),
        "choice_closed": _("Nothing more is needed in “{name}”"),
        "task_opened": _("“{name}” waits for somebody"),
        "task_claimed": _("“{name}” was taken"),
        "task_released": _("“{name}” was given back to the queue"),
        "task_assigned": _("“{name}” was given to somebody"),
        "task_postponed": _("“{name}” was put off, or brought back"),
        "task_completed": _("“{name}” was completed"),
        "task_canceled": _("“{name}” is no longer needed"),
        "message_received": _("A message arrived for “{name}”"),
        "incident_raised": _("“{name}” stands still and needs somebody"),
        "incident_resolved": _("“{name}” was tried again"),
        "effect_decided": _("Somebody said whether “{name}” went out"),
        "timer_moved": _("The date of “{name}” was changed"),
        "timer_run": _("“{name}” was not waited for any longer"),
    }


def progress(session: Session, instance_id: UUID, mine: Iterable[str] = (), *, ended: bool = False) -> Progress:
    """Where a case went and stands, from the paths in its history: `+` entered, `-` left, `!` interrupted, `>` flow."""
    left: dict[str, int] = {}
    standing: dict[str, int] = {}
    flows: list[str] = []
    paths = select(HistoryEvent.data).where(HistoryEvent.instance_id == instance_id, HistoryEvent.kind == "path")
    for data in session.scalars(paths.order_by(HistoryEvent.at, HistoryEvent.id)):
        path = (data or {}).get("path")
        for mark in path if isinstance(path, list) else ():
            act, element = str(mark)[:1], str(mark)[1:]
            if act == ">":
                flows.append(element)
            elif act == "+":
                standing[element] = standing.get(element, 0) + 1
            else:
                standing[element] = standing.get(element, 0) - 1
                if act == "-":
                    left[element] = left.get(element, 0) + 1
    here = frozenset() if ended else frozenset(element for element, count in standing.items() if count > 0)
    return Progress(left, tuple(flows), here, frozenset(mine) & here, ended)
