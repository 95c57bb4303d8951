"""Element templates: what a task can do, as a list with friendly forms, made from the work that is registered here.

The names are those that the diagrams in force use for a job type. The JSON is of the schema of element templates that
the editors read; what they write into a diagram is plain dialect, which any other editor opens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from engine.bpmn import Element, ProcessSpec
from engine.feel import StaticText
from engine.registry import Registry
from webapp.studio.changes.facts import Part
from webapp.words import _
from workflows.association import parameters, texts
from workflows.association.role_names import ROLES

__all__ = ["Draft", "templates"]

SCHEMA: Final = "https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json"
INTERNAL: Final = frozenset({"message.publish"})  # what the message events of the dialect are made of
APPROVAL: Final = ("Approuver ou refuser", "Approve or refuse")  # what a new task is called, as diagrams say it
OURS: Final = "amicale."
APPROVAL_ID: Final = f"{OURS}approval"
Template = Mapping[str, object]
MAIL: Final = "mail.send"
READER: Final = "input[person_id]"  # to whom a mail goes, where that is not the person whom the case is about


@dataclass(frozen=True, slots=True)
class Draft:
    """What a draft gives to choose from: its forms, and the expressions by which its mails name their readers."""

    forms: Sequence[str]
    readers: Sequence[str]

    @classmethod
    def of(cls, names: Iterable[str], parts: Iterable[Part]) -> Draft:
        """Read from the names of a draft's files and the elements of its diagrams."""
        forms = sorted(name.removesuffix(".form") for name in names if name.endswith(".form"))
        mails = [each.facts for each in parts if each.facts.get("taskDefinition@type") == MAIL]
        return cls(forms, sorted({facts[READER] for facts in mails if READER in facts}))


def templates(
    session: Session,
    registry: Registry,
    specs: Iterable[ProcessSpec],
    draft: Draft,
    language: str,
    today: date,
) -> list[Template]:
    """Every template in the reader's language: tasks for a person first, with the forms to choose from, then mails,
    then the rest by name."""
    used = _used(specs)
    people = [_person(draft.forms, language, approval=each) for each in (False, True)]
    made = [*people, _mail(session, draft.readers, language, today)]
    types = [type_ for type_ in registry.types() if type_ not in INTERNAL and type_ != MAIL]
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


def _mail(session: Session, readers: Sequence[str], language: str, today: date) -> Template:
    """An e-mail, whose text is chosen by its subject."""
    names = texts.names("mail")
    shown = {name: texts.in_force(session, "mail", name, today)[f"subject_{language}"] for name in names}
    choices = [{"name": f"{subject} ({name})", "value": name} for name, subject in shown.items()]
    properties: list[Template] = [
        _hidden(MAIL, {"type": "zeebe:taskDefinition", "property": "type"}),
        _hidden("5", {"type": "zeebe:taskDefinition", "property": "retries"}),
        *_named("", ""),
        {
            "label": _("Which text"), "type": "Dropdown", "constraints": {"notEmpty": True},
            "choices": sorted(choices, key=lambda choice: choice["name"].casefold()),
            "binding": {"type": "zeebe:taskHeader", "key": "template"},
        },
        {
            "label": _("To whom"), "type": "Dropdown", "optional": True,
            "choices": [{"name": name, "value": value} for value, name in _readers(readers).items()],
            "binding": {"type": "zeebe:input", "name": "person_id"},
        },
        {
            "label": _("Date for the reader’s calendar"), "type": "Dropdown", "optional": True,
            "choices": [
                {"name": _("None"), "value": ""}, {"name": _("The date, to keep"), "value": "REQUEST"},
                {"name": _("The date is called off"), "value": "CANCEL"},
            ],
            "binding": {"type": "zeebe:taskHeader", "key": "calendar"},
        },
        *_journey(),
    ]  # fmt: skip
    about = _("A mail of the list of texts, in the reader’s language")
    return _template(MAIL, _("Send an e-mail"), about, "bpmn:ServiceTask", properties, _("Texts"))


def _readers(used: Sequence[str]) -> Mapping[str, str]:
    """By expression, in words: whom a mail of these diagrams can go to."""
    known = {
        "=reader": _("To each reader of the list, one after the other"),
        "=side.person_id": _("To both people, one after the other"),
        "=mentor_id": _("To the mentor"), "=mentee_id": _("To the mentee"),
        "=giver_id": _("To whoever offers the place"),
    }  # fmt: skip
    given = {
        value: known.get(value) or _("To the person in “%(name)s”", name=value.removeprefix("=")) for value in used
    }
    return {"": _("To the person whom the case is about"), **given}


def _journey() -> list[Template]:
    """What the person reads of the step on the page of her journey: nothing, unless it is written."""
    said = {"journey.fr": _("Told to the person, in French"), "journey.en": _("Told to the person, in English")}
    return [
        {"label": label, "type": "String", "optional": True, "binding": {"type": "zeebe:property", "name": name}}
        for name, label in said.items()
    ]


def _work(type_: str, used: Sequence[Element], language: str) -> Template:
    """Registered work: named as the diagrams name it most often, with the settings that they give it."""
    names = Counter((element.name, element.names.get("en", "")) for element in used if element.name)
    drawn, english = names.most_common(1)[0][0] if names else ("", "")
    name = (english if language == "en" else drawn) or drawn or type_
    settings: dict[str, set[str]] = {}
    for key, value in (header for element in used if element.job for header in element.job.headers.items()):
        settings.setdefault(key, set()).add(value)
    properties = [
        _hidden(type_, {"type": "zeebe:taskDefinition", "property": "type"}),
        *_named(drawn, english),
        *(_setting(key, settings[key], language) for key in sorted(settings)),
        *_journey(),
    ]
    return _template(type_, name, type_, "bpmn:ServiceTask", properties, _group(type_))


def _setting(key: str, used: Iterable[str], language: str) -> Template:
    """A setting of registered work: roles and tables are chosen from a list, what else there is is typed."""
    labels = {
        "state": _("What becomes of it"), "status": _("What becomes of it"), "reason": _("Reason"),
        "who": _("Who"), "role": _("Role"), "table": _("Table of figures"),
    }  # fmt: skip
    asked: Template = {"label": labels.get(key, key), "binding": {"type": "zeebe:taskHeader", "key": key}}
    english = language == "en"
    named = {name: role.en if english else role.fr for name, role in ROLES.items()} if key == "role" else {}
    if key == "table":
        tables = {name: each.label_en if english else each.label_fr for name, each in parameters.declared().items()}
        named = tables | {each: ", ".join(tables.get(name.strip(), name) for name in each.split(",")) for each in used}
    if not named:
        return {**asked, "type": "String", "optional": True}
    choices = sorted(({"name": said, "value": name} for name, said in named.items()), key=lambda each: each["name"])
    return {**asked, "type": "Dropdown", "constraints": {"notEmpty": True}, "choices": choices}


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
