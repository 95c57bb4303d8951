"""What fills the blanks of a sentence: the names on the diagrams, roles, mails, messages, processes with a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

import workflows
from engine.bpmn import ProcessSpec
from engine.errors import AmicaleError
from forms.schema import read_form
from webapp.process_titles import processes
from webapp.sandbox.blanks import PERSON, VISITOR, shown
from webapp.studio import checks
from webapp.wiring_checks import processes_in
from workflows.association import texts
from workflows.association.mail_titles import mail_title
from workflows.association.role_names import ROLES

__all__ = ["choices", "questions"]


def choices(
    session: Session, files: Mapping[str, bytes], process_id: str, language: str
) -> Mapping[str, Sequence[str]]:
    """By blank, what may stand there."""
    roles = [role.fr if language == "fr" else role.en for role in ROLES.values()]
    specs = [spec for found in processes_in(files).values() for spec in found]
    named = checks.labels(files, language)
    titles = dict(processes(session, language))
    elements = [named.get(element, element) for spec in specs for element in spec.elements]
    return {
        "who": [PERSON[language], VISITOR[language], *sorted(roles)],
        "element": sorted(set(elements)),
        "process": sorted(
            {titles.get(process_id, process_id), *(titles[id_] for id_ in titles if workflows.entry(id_))}
        ),
        "mail": sorted(mail_title(name, language) for name in texts.names("mail")),
        "message": sorted({name for spec in specs for name in _messages(spec)}),
    }


def _messages(spec: ProcessSpec) -> Sequence[str]:
    return [
        element.event.name.text
        for element in spec.elements.values()
        if element.event is not None and element.event.kind == "message" and element.event.name is not None
    ]


def questions(files: Mapping[str, bytes], process_id: str, language: str) -> Mapping[str, Sequence[str]]:
    """By what is done, or the process that is begun, the questions of its form: the rows of a sentence's table."""
    named, found = checks.labels(files, language), dict[str, Sequence[str]]()
    asked = {name.removesuffix(".form"): body for name, body in files.items() if name.endswith(".form")}
    for spec in (spec for specs in processes_in(files).values() for spec in specs):
        for element in spec.elements.values():
            form = element.work.form if element.work is not None else element.form
            keys = _keys(asked.get(form.form_id.text, b"")) if form is not None and form.form_id is not None else ()
            if keys and element.type == "startEvent":
                found |= {process_id: keys, shown("process", process_id, language): keys}
            elif keys:
                found[named.get(element.id, element.id)] = keys
    return found


def _keys(body: bytes) -> Sequence[str]:
    try:
        return [key for key, field in read_form(body).fields.items() if field.list is None] if body else ()
    except AmicaleError:
        return ()
