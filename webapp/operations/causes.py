"""Why something left the house: from a mail back to the text it was made of, the timer or act, and the rules between.

The way is that of the case's own history, read backwards from the element that sent it, and on in what called it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from flask import Blueprint, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bpmn import Element, Flow, ProcessSpec
from engine.definitions import definition
from engine.engine import Engine
from engine.errors import NotFound
from engine.feel import StaticText
from engine.models import HistoryEvent, ProcessInstance
from engine.outgoing import Effect
from engine.transaction import reading
from webapp import authorize, dates
from webapp.auth import engine, role, visitor
from webapp.authorize import Viewer
from webapp.decision_words import CaseDecisions
from webapp.operations import mail_causes
from webapp.operations.decided import decided
from webapp.operations.diagrams import drawing
from webapp.operations.mail_causes import Cause
from webapp.person import facets, gift_facts
from webapp.process_titles import case_title
from webapp.studio.changes.wording import Wording
from webapp.texts.rights import READERS
from webapp.viewer import CASE_READERS, viewer
from webapp.words import _, language
from workflows.association import mails
from workflows.association.mail_titles import mail_title
from workflows.association.wording import typographic

__all__ = ["Cause", "blueprint", "causes"]

blueprint = Blueprint("causes", __name__, template_folder="templates")
LONGEST: Final = 20  # steps back
MOST_CALLS: Final = 10  # callers, each the case that called the one before
BEGINS: Final = frozenset({"userTask", "startEvent", "receiveTask", "callActivity"})  # what somebody or another did


@dataclass(frozen=True, slots=True)
class _History:
    """The marks of a case's path up to a moment, oldest first, each with the moment of its step; its decisions by
    element, the newest each, and how they are called; what the diagram says of its ways beside their names."""

    marks: Sequence[str]
    moments: Sequence[datetime]
    decided: dict[str, HistoryEvent]
    words: CaseDecisions
    ways: Mapping[str, Mapping[str, str]]


@blueprint.get("/cases/<uuid:instance_id>/causes/<uuid:effect_id>")
@role(*CASE_READERS)
def page(instance_id: UUID, effect_id: UUID) -> str:
    """Why this left: the text, the element, and the way back to what began it."""
    with reading(engine()) as reader:
        who = viewer()
        case = authorize.handled(reader, who, instance_id)
        effect = reader.get(Effect, effect_id)
        if effect is None or effect.instance_id != case.id:
            raise NotFound(kind="effect", id=str(effect_id))
        mail = mails.by_key(reader, effect.key)
        person = visitor()
        return render_template(
            "operations/causes.html", case=case, at=effect.at,
            causes=causes(reader, engine(), who, case, effect.element or "", effect.at),
            **_text_of(mail), may_open=person is not None and bool(person.roles.intersection(READERS)),
        )  # fmt: skip


@blueprint.get("/mails/<uuid:mail_id>/why")
@role(*CASE_READERS)
def mail(mail_id: UUID) -> str:
    """Why this mail was written, whatever wrote it. Its words and its reader are not told here."""
    with reading(engine()) as reader:
        found, who, person = reader.get(mails.Mail, mail_id), viewer(), visitor()
        gifts = person is not None and "gifts" in facets.allowed(person)
        of_gifts = gift_facts.is_of_the_foundation(reader, mail_id)
        if found is None or (of_gifts and not gifts):
            raise NotFound(kind="mail", id=str(mail_id))
        case_id, element = mail_causes.origin(reader, found)
        if case_id is None and not (of_gifts or who.staff):
            raise NotFound(kind="mail", id=str(mail_id))
        case = None if case_id is None else authorize.handled(reader, who, case_id)
        told = list(mail_causes.told(reader, engine(), found, case))
        if case is not None and element:
            sent = not told
            told += causes(reader, engine(), who, case, element, found.created_at, sent=sent)
        return render_template(
            "operations/causes.html", case=case, at=found.created_at, causes=told, **_text_of(found),
            may_open=person is not None and bool(person.roles.intersection(READERS)),
        )  # fmt: skip


def _text_of(mail: mails.Mail | None) -> dict[str, str]:
    """The text that a mail was made of: the name of its page, and what it is called."""
    name = "" if mail is None else mail.template
    return {"template": name, "called": typographic(mail_title(name, language()))}


def causes(
    session: Session, engine: Engine, who: Viewer, case: ProcessInstance, element: str, until: datetime, *,
    sent: bool = True,
) -> Sequence[Cause]:  # fmt: skip
    """What led to something that an element sent, the nearest first: on through the cases that called this one, as far
    as this viewer may read them. `sent`: whether the element itself is told."""
    found: list[Cause] = []
    for _step in range(MOST_CALLS):
        spec = definition(session, engine, case.definition_id).spec
        found += _back(spec, _history(session, engine, case, until), element, sent=sent)
        caller = None if case.parent_id is None else session.get(ProcessInstance, case.parent_id)
        if caller is None:
            break
        if not authorize.readable(session, who, [caller.id]):
            found.append(Cause("way", _("A case that others look after had called this process.")))
            break
        element, until, sent = _calling(session, engine, caller, case), case.started_at, False
        where = definition(session, engine, caller.definition_id).spec.elements.get(element)
        if where is None:
            break
        shown = {"name": _name(where), "title": case_title(session, caller, language())}
        found.append(Cause("way", _("“%(name)s” of “%(title)s” had called this process.", **shown)))
        case = caller
    return found


def _calling(session: Session, engine: Engine, caller: ProcessInstance, called: ProcessInstance) -> str:
    """The element that called a case: the one entered last before it began, of those that may call its process."""
    marks = _history(session, engine, caller, called.started_at).marks
    elements = definition(session, engine, caller.definition_id).spec.elements.values()
    calls = [each for each in elements if each.call is not None]
    exact = [each for each in calls if each.call is not None and _text(each.call.process_id) == called.process_id]
    entered = {each.id: _last(marks, f"+{each.id}", len(marks)) for each in exact or calls}
    return max(entered, key=lambda id_: entered[id_], default="")


def _text(site: object) -> str:
    return site.text if isinstance(site, StaticText) else ""


def _history(session: Session, engine: Engine, case: ProcessInstance, until: datetime) -> _History:
    query = select(HistoryEvent).where(
        HistoryEvent.instance_id == case.id, HistoryEvent.at <= until, HistoryEvent.kind.in_(("path", "decided"))
    )
    events = session.scalars(query.order_by(HistoryEvent.at, HistoryEvent.id)).all()
    paths = [(event.at, (event.data or {}).get("path")) for event in events if event.kind == "path"]
    marks = [(str(mark), at) for at, path in paths if isinstance(path, list) for mark in path]
    made = {event.element: event for event in events if event.kind == "decided" and event.element}
    words = [mark for mark, _at in marks], [at for _mark, at in marks]
    drawn = drawing(session, engine, case.definition_id)
    return _History(*words, made, CaseDecisions(session, engine, case.definition_id, language()), drawn.wording)


def _back(spec: ProcessSpec, history: _History, element: str, *, sent: bool) -> Iterator[Cause]:
    flows: dict[str, Flow] = {flow.id: flow for flow in spec.flows}
    place = _last(history.marks, f"+{element}", len(history.marks))
    at = spec.elements.get(element)
    if at is not None and sent:
        yield Cause("sent", _("It was sent by “%(name)s”.", name=_name(at)))
    for _step in range(LONGEST):
        into = [flow for flow in flows.values() if flow.target == element]
        found = max(((_last(history.marks, f">{flow.id}", place), flow) for flow in into), default=None,
                    key=lambda pair: pair[0])  # fmt: skip
        if found is None or found[0] < 0:
            return
        place, flow = found
        source = spec.elements[flow.source]
        yield from _way(flow, source, _called(flow, history))
        yield from _at(spec, source, history, history.moments[place])
        element = source.id
        inside = source.type == "startEvent" and not _awaited(source) and source.parent is not None
        if inside and not spec.elements[source.parent or ""].triggered_by_event:
            element = source.parent or ""  # the steps before the group that it begins
        elif source.type in BEGINS or source.attached_to is not None or _awaited(source):
            return


def _awaited(element: Element) -> bool:
    """Whether it stood there until something happened: what a case throws itself, and a link, is only passed."""
    passed = element.event is None or element.event.kind in ("none", "link")
    return not passed and element.type != "intermediateThrowEvent"


def _name(element: Element) -> str:
    return typographic(element.name_in(language()))


def _last(marks: Sequence[str], mark: str, before: int) -> int:
    """The place of the last such mark before a place; -1 where there is none."""
    return next((place for place in range(min(before, len(marks)) - 1, -1, -1) if marks[place] == mark), -1)


def _called(flow: Flow, history: _History) -> str:
    """What is written beside a way: the answer to the question where it begins; "" where nothing is."""
    return typographic(history.ways.get(flow.id, {}).get(f"i18n.{language()}.name") or flow.name or "")


def _way(flow: Flow, source: Element, answer: str) -> Iterator[Cause]:
    """The condition of a way that was taken among several, with what is written beside the way."""
    shown = {"name": _name(source), "answer": answer}
    if flow.condition is not None:
        rule = flow.condition.text
        said = _("At “%(name)s” it was “%(answer)s”: `%(rule)s`.", rule=rule, **shown) if answer else ""
        yield Cause("rule", said or _("At “%(name)s” the rule held: `%(rule)s`.", name=shown["name"], rule=rule))
    elif flow.is_default:
        said = _("At “%(name)s” it was “%(answer)s”: no other rule held.", **shown) if answer else ""
        yield Cause("way", said or _("At “%(name)s” no other rule held.", name=shown["name"]))


def _at(spec: ProcessSpec, source: Element, history: _History, left: datetime) -> Iterator[Cause]:
    """What an element on the way did, or what happened there, as the case left it."""
    name, event = _name(source), source.event
    known = history.decided.get(source.id)
    if known is not None:
        data = known.data or {}
        words = history.words.words(source.id, data.get("decision"))
        yield Cause("rule", decided(name, data, inputs=False, words=words) + ".")
    elif event is not None and event.timer is not None:
        host = spec.elements.get(source.attached_to or "")
        shown = {"name": name, "time": _time(source, left), "host": "" if host is None else _name(host)}
        if host is None:
            yield Cause("timer", _("The timer “%(name)s” had come: %(time)s.", **shown))
        else:
            yield Cause("timer", _("The timer “%(name)s” of “%(host)s” had come: %(time)s.", **shown))
    elif source.type == "userTask":
        yield Cause("act", _("“%(name)s” had been done.", name=name))
    elif source.type == "startEvent" and source.parent is None:
        yield Cause("act", _("The case had begun: “%(name)s”.", name=name))
    elif _awaited(source) or (source.type in BEGINS and source.type != "startEvent"):
        yield Cause("act", _("“%(name)s” had happened.", name=name))


def _time(source: Element, came: datetime) -> str:
    """The time of a timer as the diagram says it; where that is calculated, also when the case
    went on, which may be later: nothing keeps what was calculated."""
    event = source.event
    assert event is not None
    assert event.timer is not None
    setting = {"duration": "timeDuration", "cycle": "timeCycle"}.get(event.timer_kind or "", "timeDate")
    written = event.timer.text if isinstance(event.timer, StaticText) else f"={event.timer.text}"
    said = Wording(language()).say(setting, written)
    if isinstance(event.timer, StaticText):
        return said
    return _("%(rule)s (the case went on: %(moment)s)", moment=dates.moment(came), rule=said)
