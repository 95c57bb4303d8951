"""A case's history in words: what happened, who did it, when. The newest comes first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from flask_babel import lazy_gettext
from sqlalchemy import Integer, Select, bindparam, literal, select, tuple_
from sqlalchemy.orm import Session

from engine.models import HistoryEvent
from engine.prepared import fetch
from webapp.behalf.words import channels
from webapp.decision_words import CaseDecisions, DecisionWords
from webapp.operations.decided import AS_DRAWN, decided, null_explained
from webapp.operations.drawing import Drawing
from webapp.operations.names import names_of, tongues_of
from webapp.operations.progress import Progress
from webapp.spoken import quoting
from webapp.words import _, ngettext

_PATHS: Final = (
    select(HistoryEvent.data)
    .where(HistoryEvent.instance_id == bindparam("case"), HistoryEvent.kind == "path")
    .order_by(HistoryEvent.at, HistoryEvent.id)
)
_SENTENCES: Final = {
    "case_started": lazy_gettext("The case began"),
    "case_completed": lazy_gettext("The case is finished"),
    "case_canceled": lazy_gettext("The case was ended before its time"),
    "cancel_reason": lazy_gettext("A reason for ending it was given"),
    "case_suspended": lazy_gettext("The case was suspended"),
    "case_resumed": lazy_gettext("The case goes on"),
    "activity_chosen": lazy_gettext("“{name}” was chosen"),
    "choice_closed": lazy_gettext("Nothing more is needed in “{name}”"),
    "task_opened": lazy_gettext("“{name}” waits for somebody"),
    "task_claimed": lazy_gettext("“{name}” was taken"),
    "task_released": lazy_gettext("“{name}” was given back to the queue"),
    "task_assigned": lazy_gettext("“{name}” was given to somebody"),
    "task_reminded": lazy_gettext("Somebody was reminded of “{name}”"),
    "task_postponed": lazy_gettext("“{name}” was put off, or brought back"),
    "task_completed": lazy_gettext("“{name}” was completed"),
    "task_reopened": lazy_gettext("“{name}” was opened again: its completion was undone"),
    "task_canceled": lazy_gettext("“{name}” is no longer needed"),
    "message_received": lazy_gettext("A message arrived for “{name}”"),
    "incident_raised": lazy_gettext("“{name}” stands still and needs somebody"),
    "incident_resolved": lazy_gettext("“{name}” stands still no longer"),
    "token_moved": lazy_gettext("The case was taken to “{name}”"),
    "incident_skipped": lazy_gettext("“{name}” was passed over: it counts as done"),
    "effect_decided": lazy_gettext("Somebody said whether “{name}” went out"),
    "job_run": lazy_gettext("“{name}” goes on without waiting any longer"),
    "timer_moved": lazy_gettext("The date of “{name}” was changed"),
    "job_moved": lazy_gettext("The date of “{name}” was changed"),
    "timer_run": lazy_gettext("“{name}” was not waited for any longer"),
    "document_added": lazy_gettext("Somebody put a document beside the case"),
    "document_removed": lazy_gettext("A document beside the case was deleted"),
    "case_migrated": lazy_gettext("The case goes on by another version of its process"),
}
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
    session: Session, instance_id: UUID, *, limit: int, without: Iterable[str] = SILENT,
    after: tuple[Any, ...] | None = None,
) -> Sequence[HistoryEvent]:  # fmt: skip
    """The latest events of a case, newest first. `after`: moment and number of the one where a page before ended."""
    query, values = _latest(tuple(sorted(without))), {"case": instance_id, "limit": limit}
    if after is None:
        return [HistoryEvent(**row._asdict()) for row in fetch(session, query, values)]
    rest = query.where(tuple_(HistoryEvent.at, HistoryEvent.id) < after)
    return [HistoryEvent(**row._asdict()) for row in session.execute(rest, values)]


@cache
def _latest(without: Sequence[str]) -> Select[Any]:
    events_of = select(*HistoryEvent.__table__.columns).where(
        HistoryEvent.instance_id == bindparam("case"),
        *(HistoryEvent.kind != literal(kind, HistoryEvent.kind.type) for kind in without),
    )
    newest = events_of.order_by(HistoryEvent.at.desc(), HistoryEvent.id.desc())
    return newest.limit(bindparam("limit", type_=Integer()))


def tell(
    session: Session,
    found: Sequence[HistoryEvent],
    drawing: Drawing,
    language: str,
    decisions: CaseDecisions | None = None,
    *,
    inputs: bool = False,
    reasons: bool = False,
) -> tuple[StoryEntry, ...]:
    """The events as sentences in the reader's language.

    `decisions`: the words of the tables that decided. `inputs`: with the values on which decisions rest. `reasons`:
    with what people gave as their reason.
    """
    names = names_of(session, (event.by for event in found))
    tongues = tongues_of(session, {event.by for event in found if event.by}, language) if reasons else {}

    def said(event: HistoryEvent) -> str:
        data, name, words = event.data or {}, _element(drawing, event.element, language), AS_DRAWN
        if event.kind == "decided" and decisions is not None:
            words = decisions.words(event.element, data.get("decision"))
        return sentence(event.kind, name, data, inputs=inputs, words=words) + (
            _reason(data, tongues.get(event.by or "", "")) if reasons else ""
        )

    return tuple(
        StoryEntry(
            said(event),
            "" if event.by in (None, "system") else names[str(event.by)],
            event.at,
            event.kind in TROUBLE,
        )
        for event in found
    )


def _element(drawing: Drawing, element: str | None, language: str) -> str:
    shape = drawing.shapes.get(element or "")
    return "" if shape is None else shape.label(language)


def sentence(
    kind: str, name: str, data: Mapping[str, object], *, inputs: bool = False, words: DecisionWords = AS_DRAWN
) -> str:
    """What happened, in words; of a decision in those of its table. An event that a newer engine knows and this page
    does not is named as it is."""
    if kind == "decided":
        return decided(name, data, inputs=inputs, words=words)
    if kind == "null_explained":
        return null_explained(name, data)
    if kind == "variables_set":
        return _corrected(data.get("variables", data.get("names")))
    if kind == "deadline":
        return _deadline(name, data.get("share"), chosen=bool(data.get("by_hand")))
    if kind in {"job_moved", "job_run"} and data.get("share") is not None:
        return _hastened(kind, name, data["share"])
    if kind == "job_failed":
        left = int(str(data.get("left", 0)))
        again = ngettext("it is tried %(num)d more time", "it is tried %(num)d more times", left)
        return _("“%(name)s” did not work; %(again)s", name=name, again=again)
    if kind == "on_behalf":
        channel = channels().get(str(data.get("channel")), "")
        if not name:
            return _("It was started for somebody (%(channel)s)", channel=channel)
        return _("“%(name)s” was answered for whom the case is about (%(channel)s)", name=name, channel=channel)
    if kind == "message_received" and not name:
        return _("A message arrived")
    known = _SENTENCES.get(kind)
    return str(known).replace("{name}", name) if known is not None else f"{kind.replace('_', ' ')} {name}".strip()


def _reason(data: Mapping[str, object], lang: str) -> str:
    given = str(data.get("reason") or "")
    return quoting(_(": “%(reason)s”"), lang, reason=given) if given else ""


def _corrected(variables: object) -> str:
    names = sorted(str(name) for name in variables) if isinstance(variables, Mapping | list) else []
    if not names:
        return _("Data of the case was corrected")
    return _("Data of the case was corrected (%(names)s)", names=", ".join(names))


def _hastened(kind: str, name: str, share: object) -> str:
    """What somebody chose of the reminder of a task, or of its escalation."""
    if share == 50:
        if kind == "job_moved":
            return _("The date of the reminder of “%(name)s” was changed", name=name)
        return _("The reminder of “%(name)s” was sent at once", name=name)
    if kind == "job_moved":
        return _("The date on which “%(name)s” is passed on was changed", name=name)
    return _("“%(name)s” was passed on at once", name=name)


def _deadline(name: str, share: object, *, chosen: bool = False) -> str:
    if chosen:
        told = {
            50: _("“%(name)s”: a reminder was sent", name=name),
            100: _("“%(name)s”: the head of its role was told", name=name),
        }
        return told.get(int(str(share)), _("“%(name)s”: the general delegate was told", name=name))
    if share == 50:
        return _("Half the time for “%(name)s” is over: a reminder was sent", name=name)
    if share == 100:
        return _("“%(name)s” is late: the head of its role was told", name=name)
    return _("“%(name)s” is late by half its time again: the general delegate was told", name=name)


def progress(session: Session, instance_id: UUID, mine: Iterable[str] = (), *, ended: bool = False) -> Progress:
    """Where a case went and stands, from the paths in its history: `+` entered, `-` left, `!` interrupted, `>` flow."""
    left: dict[str, int] = {}
    standing: dict[str, int] = {}
    flows: list[str] = []
    for row in fetch(session, _PATHS, {"case": instance_id}):
        path = (row.data or {}).get("path")
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
