"""What fills the blanks of a sentence: the names on the diagrams, roles, mails, messages, processes with a form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

import workflows
from engine.bpmn import ProcessSpec
from engine.errors import AmicaleError
from forms.definition import Component, FormDefinition
from forms.schema import read_form
from webapp.process_titles import processes
from webapp.sandbox.blanks import PERSON, VISITOR, shown
from webapp.sandbox.message_names import message_title
from webapp.sandbox.phrases import PHRASES
from webapp.sandbox.questions import Labels, static_words
from webapp.studio import checks
from webapp.studio.step_words import step_words
from webapp.wiring_checks import processes_in
from workflows.association import texts
from workflows.association.mail_titles import mail_title
from workflows.association.options import list_words
from workflows.association.role_names import ROLES

__all__ = ["choices", "questions", "sentences"]


def sentences(
    session: Session, files: Mapping[str, bytes], process_id: str, name: str, language: str
) -> Mapping[str, object]:
    """What the editor of scenarios offers: sentences, what fills their blanks, the questions of forms; nothing for
    another file."""
    if not name.endswith(".feature"):
        return {}
    return {
        "phrases": [(phrase, phrase.words(language)) for phrase in PHRASES],
        "choices": choices(session, files, process_id, language),
        "questions": questions(files, process_id, language),
    }


def choices(
    session: Session, files: Mapping[str, bytes], process_id: str, language: str
) -> Mapping[str, Sequence[str]]:
    """By blank, what may stand there."""
    roles = [role.fr if language == "fr" else role.en for role in ROLES.values()]
    specs = [spec for found in processes_in(files).values() for spec in found]
    named = {**checks.labels(files, language), **step_words(files, language)}
    titles = dict(processes(session, language))
    elements = [named.get(element, element) for spec in specs for element in spec.elements]
    return {
        "who": [PERSON[language], VISITOR[language], *sorted(roles)],
        "element": sorted(set(elements)),
        "process": sorted(
            {titles.get(process_id, process_id), *(titles[id_] for id_ in titles if workflows.entry(id_))}
        ),
        "mail": sorted(mail_title(name, language) for name in texts.names("mail")),
        "message": sorted({message_title(name, language) for spec in specs for name in _messages(spec)}),
    }


def _messages(spec: ProcessSpec) -> Sequence[str]:
    return [
        element.event.name.text
        for element in spec.elements.values()
        if element.event is not None and element.event.kind == "message" and element.event.name is not None
    ]


def questions(
    files: Mapping[str, bytes], process_id: str, language: str
) -> Mapping[str, Sequence[Mapping[str, object]]]:
    """By what is done, or the process that is begun, the questions of its form: the rows of a sentence's table, each
    with the answers among which it lets choose."""
    named = {**checks.labels(files, language), **step_words(files, language)}
    found: dict[str, Sequence[Mapping[str, object]]] = {}
    for spec in (spec for specs in processes_in(files).values() for spec in specs):
        for element in spec.elements.values():
            form = element.work.form if element.work is not None else element.form
            rows = _rows(files, form.form_id.text, language) if form is not None and form.form_id is not None else ()
            if rows and element.type == "startEvent":
                found |= {process_id: rows, shown("process", process_id, language): rows}
            elif rows:
                found[named.get(element.id, element.id)] = rows
    return found


def _rows(files: Mapping[str, bytes], form_id: str, language: str) -> Sequence[Mapping[str, object]]:
    body, texts = files.get(f"{form_id}.form"), files.get(f"{form_id}.translations.json")
    if body is None:
        return ()
    try:
        form = read_form(body, translations=json.loads(texts) if texts else None)
    except (AmicaleError, ValueError):
        return ()  # its own finding says so
    fields = {key: field for key, field in form.fields.items() if field.list is None}
    labels = Labels(form, {key: field.component for key, field in fields.items()})
    return [
        {"row": labels.row(key, language), "offered": _offered(form, field.component, language)}
        for key, field in fields.items()
    ]


def _offered(form: FormDefinition, component: Component, language: str) -> Sequence[str]:
    """The options that the form writes itself, in words; none of calculated ones."""
    texts = form.texts.get(component.id, {})
    said = [static_words(by).get(language, "") for name, by in texts.items() if name.startswith("values.")]
    said += [by.get(language, "") for by in list_words(component.settings.get("options", "")).values()]
    return [words for words in said if words]
