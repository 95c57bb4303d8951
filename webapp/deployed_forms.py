"""The deployed form of a task or start event, read once, and bound to a person's answers with FEEL and records.

`forms` knows neither the engine nor the association; this is where the three meet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

import forms
from engine.definitions import Binding, Found, definition, resource
from engine.engine import Engine
from engine.feel import Expression, compile_expression
from engine.feel.errors import FeelSyntaxError
from engine.feel.python import to_python
from engine.feel.values import Value
from engine.models import Resource, UserTask
from engine.variables import entering
from forms.bind import BoundForm
from forms.definition import FormDefinition
from forms.files import Scan, StoredFile
from forms.schema import read_form
from forms.submission import Texts, Uploads
from webapp.files.store import StoredFile as Document
from workflows.association import options
from workflows.association.record_set import record_set

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class DeployedForm:
    """A form as deployed, with its expressions compiled. `id`: of its file, where it was deployed."""

    form: FormDefinition
    compiled: dict[str, Expression | None] = field(default_factory=dict)
    id: UUID | None = None

    @property
    def lists(self) -> frozenset[str]:
        """The lists of choices that its questions name."""
        return frozenset(spec.component.settings.get("options", "") for spec in self.form.fields.values())

    def evaluate(self, engine: Engine, text: str, scope: Mapping[str, object]) -> object:
        """What a FEEL text of this form answers; null where it cannot be read."""
        if text not in self.compiled:
            try:
                self.compiled[text] = compile_expression(text)
            except FeelSyntaxError:
                self.compiled[text] = None
        expression = self.compiled[text]
        if expression is None:
            return None
        return to_python(expression.evaluate(entering(scope), engine.environment).value)


@dataclass(frozen=True, slots=True)
class Answering:
    """Who is asked and about what: the case's variables, the files given so far, the language, the moment."""

    engine: Engine
    language: str
    variables: Mapping[str, Value]
    now: datetime
    by: str
    documents: Sequence[Document] = ()


def of_task(session: Session, engine: Engine, task: UserTask) -> DeployedForm | None:
    """The form of a task; None where it has none and is completed by a button alone. Raises NotFound."""
    form_id = (task.form or {}).get("id")
    if not form_id:
        return None
    found = definition(session, engine, task.definition_id)
    binding = cast("Binding", (task.form or {}).get("binding") or "deployment")
    return deployed(session, engine, form_id, binding, found.deployment_id, (task.form or {}).get("version_tag"))


def of_page(session: Session, engine: Engine, text: str) -> DeployedForm | None:
    """The form that a page showed, by the id that the page sent back; None for what is no form's."""
    try:
        found = session.get(Resource, UUID(text))
    except ValueError:
        return None
    return _made(session, engine, found) if found is not None and found.kind == "form" else None


def deployed(
    session: Session,
    engine: Engine,
    form_id: str,
    binding: Binding,
    deployment_id: UUID,
    version_tag: str | None = None,
) -> DeployedForm:
    """The form that a binding leads to, read once and kept. Raises NotFound.

    Beside its diagram a form never changes, so that nothing needs to be asked.
    """
    if binding == "deployment":
        return engine.definitions.get(
            f"form {form_id}", deployment_id, lambda: _read(session, engine, form_id, binding, deployment_id, None)
        )
    return _read(session, engine, form_id, binding, deployment_id, version_tag)


def _read(
    session: Session, engine: Engine, form_id: str, binding: Binding, deployment_id: UUID, version_tag: str | None
) -> DeployedForm:
    found = resource(session, "form", form_id, binding, deployment_id=deployment_id, version_tag=version_tag)
    return _made(session, engine, found)


def _made(session: Session, engine: Engine, found: Found | Resource) -> DeployedForm:
    def make() -> DeployedForm:
        texts = _translations(session, found.deployment_id, found.name)
        return DeployedForm(read_form(found.body, translations=texts, name=found.name), id=found.id)

    return engine.definitions.get("form", found.id, make)


def _translations(session: Session, deployment_id: UUID, form_name: str) -> Mapping[str, object] | None:
    """The table of translations beside the form: the same name, ending in `.translations.json`."""
    name = form_name.removesuffix(".form") + ".translations.json"
    body = session.scalars(
        select(Resource.body).where(Resource.deployment_id == deployment_id, Resource.name == name)
    ).one_or_none()
    return None if body is None else cast("Mapping[str, object]", json.loads(body))


def bind(
    session: Session,
    found: DeployedForm,
    asked: Answering,
    *,
    submitted: Texts | None = None,
    files: Uploads | None = None,
    draft: Mapping[str, object] | None = None,
    known: Mapping[str, object] | None = None,
    prefix: str = "",
    scan: Scan | None = None,
    of_nobody: bool = False,
) -> BoundForm:
    """The form with the answers that are known: the submission's, else the draft's, else those of case and records.

    `known` answers by record name stand where no record says otherwise. `prefix` begins the names of its inputs; `scan`
    is asked about each file; `of_nobody`: there is no case, so that no record is read."""
    named = set() if of_nobody else set(found.form.records.values())
    read = record_set().read(session, asked.variables, named, now=asked.now, by=asked.by, language=asked.language)
    present = {**read, **{name: value for name, value in (known or {}).items() if read.get(name) is None}}
    return forms.bind(
        found.form,
        language=asked.language,
        values=cast("Mapping[str, object]", to_python(dict(asked.variables))),
        submitted=submitted,
        files=files,
        evaluate=lambda text, scope: found.evaluate(asked.engine, text, scope),
        stored_files=_stored(found.form, asked.documents, present),
        records=present,
        options=options.options(
            session, asked.language, asked.variables, named=found.lists, today=asked.now.astimezone(PARIS).date()
        ),
        draft=draft,
        zone=PARIS,
        prefix=prefix,
        scan=scan,
    )


def _stored(
    form: FormDefinition, documents: Sequence[Document], records: Mapping[str, object]
) -> Mapping[str, Sequence[StoredFile]]:
    """The documents that each file question has already: those its record names, else those given to it."""
    found: dict[str, Sequence[StoredFile]] = {}
    for key, spec in form.fields.items():
        named = records.get(spec.record) if spec.record else None
        wanted = {str(each) for each in named} if isinstance(named, list) else set()
        found[key] = [
            StoredFile(str(each.id), each.name, each.size)
            for each in documents
            if (str(each.id) in wanted if spec.record else each.field == key)
        ]
    return found
