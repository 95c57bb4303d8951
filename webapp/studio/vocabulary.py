"""Element templates: what a task can do, as a list with friendly forms, made from the work that is registered here.

The names are those that the diagrams in force use for a job type. The JSON is of the schema of element templates that
the editors read; what they write into a diagram is plain dialect, which any other editor opens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from engine.bpmn import Element, ProcessSpec
from engine.feel import StaticText
from engine.registry import Registry
from webapp.words import _
from workflows.association import texts
from workflows.association.role_names import ROLES

__all__ = ["templates"]

SCHEMA: Final = "https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json"
INTERNAL: Final = frozenset({"message.publish"})  # what the message events of the dialect are made of
APPROVAL: Final = ("Approuver ou refuser", "Approve or refuse")  # what a new task is called, as diagrams say it
OURS: Final = "amicale."
APPROVAL_ID: Final = f"{OURS}approval"
Template = Mapping[str, object]


def templates(
    session: Session, registry: Registry, specs: Iterable[ProcessSpec], forms: Sequence[str], language: str, today: date
) -> list[Template]:
    """Every template in the reader's language: tasks for a person first, with the forms to choose from, then mails,
    then the rest by name."""
    used = _used(specs)
    people = [_person(forms, language, approval=each) for each in (False, True)]
    made = [*people, _mail(session, language, today)]
    types = [type_ for type_ in registry.types() if type_ not in INTERNAL and type_ != "mail.send"]
    work = [_work(type_, used.get(type_, ()), language) for type_ in types]
    return [*made, *sorted(work, key=lambda template: str(template["name"]).casefold())]


def _used(specs: Iterable[ProcessSpec]) -> Mapping[str, Sequence[Element]]:
    found: dict[str, list[Element]] = {}
    for element in (element for spec in specs for element in spec.elements.values()):
        if element.job is not None and isinstance(element.job.type, StaticText):
            found.setdefault(element.job.type.text, []).append(element)
    return found


def _template(id_: str, name: str, description: str, on: str, properties: Sequence[Template], group: str) -> Template:
    return {
        "$schema": SCHEMA, "id": f"{OURS}{id_}", "name": name, "description": description, "version": 1,
        "appliesTo": ["bpmn:Task"], "elementType": {"value": on}, "category": {"id": group, "name": group},
        "properties": list(properties),
    }  # fmt: skip


def _hidden(value: str, binding: Mapping[str, str]) -> Template:
    return {"type": "Hidden", "value": value, "binding": binding}


def _person(forms: Sequence[str], language: str, *, approval: bool) -> Template:
    """A task for a person, whose role is chosen from a list; an approval also names what is approved."""
    roles = sorted(((role.fr if language == "fr" else role.en, key) for key, role in ROLES.items()), key=str)
    properties: list[Template] = [
        {"type": "Hidden", "binding": {"type": "zeebe:userTask"}},
        *_named(*(APPROVAL if approval else ("", ""))),
        {
            "label": _("Who does it"), "type": "Dropdown", "constraints": {"notEmpty": True},
            "choices": [{"name": name, "value": key} for name, key in roles],
            "binding": {"type": "zeebe:assignmentDefinition", "property": "candidateGroups"},
        },
        {
            "label": _("Form"), "type": "Dropdown", "constraints": {"notEmpty": True},
            "description": _("One of the forms that belong to this draft"),
            "choices": [{"name": form, "value": form} for form in forms],
            "binding": {"type": "zeebe:formDefinition", "property": "formId"},
        },
        _hidden("deployment", {"type": "zeebe:formDefinition", "property": "bindingType"}),
        {
            "label": _("Within how many working days"), "type": "String", "optional": True,
            "constraints": {
                "notEmpty": False, "pattern": {"value": "^([0-9]{1,3})?$", "message": _("A number of days")},
            },
            "binding": {"type": "zeebe:property", "name": "task.deadline"},
        },
    ]  # fmt: skip
    name = _("Ask somebody to approve") if approval else _("Give a task to somebody")
    about = _("A second person of a role says yes or no") if approval else _("A task in the inbox of a role")
    return _template("approval" if approval else "task", name, about, "bpmn:UserTask", properties, _("People"))


def _mail(session: Session, language: str, today: date) -> Template:
    """An e-mail, whose text is chosen by its subject."""
    names = texts.names("mail")
    shown = {name: texts.in_force(session, "mail", name, today)[f"subject_{language}"] for name in names}
    choices = [{"name": f"{subject} ({name})", "value": name} for name, subject in shown.items()]
    properties: list[Template] = [
        _hidden("mail.send", {"type": "zeebe:taskDefinition", "property": "type"}),
        _hidden("5", {"type": "zeebe:taskDefinition", "property": "retries"}),
        *_named("", ""),
        {
            "label": _("Which text"), "type": "Dropdown", "constraints": {"notEmpty": True},
            "choices": sorted(choices, key=lambda choice: choice["name"].casefold()),
            "binding": {"type": "zeebe:taskHeader", "key": "template"},
        },
    ]  # fmt: skip
    about = _("To the person whom the case is about")
    return _template("mail.send", _("Send an e-mail"), about, "bpmn:ServiceTask", properties, _("Texts"))


def _work(type_: str, used: Sequence[Element], language: str) -> Template:
    """Registered work: named as the diagrams name it most often, with the settings that they give it."""
    names = Counter((element.name, element.names.get("en", "")) for element in used if element.name)
    drawn, english = names.most_common(1)[0][0] if names else ("", "")
    name = (english if language == "en" else drawn) or drawn or type_
    settings = sorted({key for element in used if element.job for key in element.job.headers})
    properties = [
        _hidden(type_, {"type": "zeebe:taskDefinition", "property": "type"}),
        *_named(drawn, english),
        *(_setting(key) for key in settings),
    ]
    return _template(type_, name, type_, "bpmn:ServiceTask", properties, _group(type_))


def _setting(key: str) -> Template:
    return {"label": key, "type": "String", "optional": True, "binding": {"type": "zeebe:taskHeader", "key": key}}


def _named(drawn: str, english: str) -> list[Template]:
    """What the task is called: on the diagram, and for whoever reads English. A name that it has already stays."""
    return [
        {
            "label": _("Name"), "type": "String", "optional": False, **({"value": drawn} if drawn else {}),
            "binding": {"type": "property", "name": "name"},
        },
        {
            "label": _("Name in English"), "type": "String", "optional": True,
            **({"value": english} if english else {}),
            "binding": {"type": "zeebe:property", "name": "i18n.en.name"},
        },
    ]  # fmt: skip


def _group(type_: str) -> str:
    """The noun of a job type: what the work is about."""
    return type_.partition(".")[0].replace("_", " ").capitalize()
