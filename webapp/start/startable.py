"""What may be started by hand, and by whom: the catalogue, a start event with `publicAccess`, and the starter roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

import workflows
from engine.bpmn.model import Element
from engine.definitions import latest
from engine.engine import Engine
from engine.errors import NotFound
from engine.feel import StaticText
from webapp import deployed_forms
from webapp.auth import SignedIn
from webapp.deployed_forms import DeployedForm

PUBLIC = "publicAccess"


@dataclass(frozen=True, slots=True)
class Entry:
    """A process on the start page."""

    process_id: str
    title: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Startable:
    """A process that the viewer may start now, with its start form; None where a button is enough."""

    process_id: str
    title: str
    purpose: str
    form: DeployedForm | None


def startables(person: SignedIn | None, language: str) -> Sequence[Entry]:
    """The entries of the catalogue that this person, or a visitor, may start."""
    held = frozenset() if person is None else person.roles
    return [
        Entry(entry.process_id, entry.title(language), entry.purpose(language))
        for entry in workflows.catalogue()
        if entry.public or held & set(entry.starter_roles) or (entry.for_members and person is not None)
    ]


def startable(session: Session, engine: Engine, person: SignedIn | None, process_id: str, language: str) -> Startable:
    """The process, if this person may start it. Raises NotFound where there is none for him."""
    entry = next((each for each in startables(person, language) if each.process_id == process_id), None)
    if entry is None:
        raise NotFound(kind="process", id=process_id)
    found = latest(session, engine, process_id)
    start = start_event(list(found.spec.elements.values()))
    if person is None and start.properties.get(PUBLIC) != "true":
        raise NotFound(kind="process", id=process_id)
    form: DeployedForm | None = None
    if start.form is not None and isinstance(start.form.form_id, StaticText):
        form = deployed_forms.deployed(
            session, engine, start.form.form_id.text, start.form.binding, found.deployment_id
        )
    return Startable(process_id, entry.title, entry.purpose, form)


def known_of(person: SignedIn | None, process_id: str) -> dict[str, object]:
    """What is known before the form is read: who staff are, and that a member speaks for himself alone."""
    entry = workflows.entry(process_id)
    if person is None or entry is None:
        return {}
    if person.roles & entry.starter_roles or (person.staff and not entry.for_members):
        return {"email_verified": True, "by_staff": True} if entry.for_members else {"email_verified": True}
    return {"by_staff": False, "person_id": str(person.person_id)} if entry.for_members else {}


def start_event(elements: Sequence[Element]) -> Element:
    """The none start event of the process. Raises NotFound where only messages or timers start it."""
    for element in elements:
        event = "none" if element.event is None else element.event.kind
        if element.type == "startEvent" and element.parent is None and event == "none":
            return element
    raise NotFound(kind="start form", id="")
