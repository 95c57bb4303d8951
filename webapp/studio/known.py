"""What the cases of a draft will hold: for the editors of expressions, which complete names as one types.

By what writes it: work by its type, forms and decisions by their ids, called processes by theirs, and what comes from
outside. Types are those that forms and tables declare, else those that the newest cases show; no value leaves here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import dmn
from engine.bpmn import ProcessSpec
from engine.bpmn.state import read_names
from engine.dmn.graph import InputData
from engine.feel.kinds import type_name
from engine.models import ProcessInstance
from engine.registry import Registry
from engine.wiring import Surroundings, given_back, given_by_callers
from forms import FormDefinition
from webapp.wiring_checks import forms_in, processes_in, surroundings_of

__all__ = ["known"]

Files = Mapping[str, bytes]
Named = Mapping[str, object]  # what the editor reads: name, type, and the entries of a context
NEWEST: Final = 5  # cases that are asked for the types of their variables
KINDS: Final[Mapping[str, str]] = {
    "textfield": "string", "textarea": "string", "radio": "string", "select": "string", "number": "number",
    "checkbox": "boolean", "checklist": "list", "taglist": "list", "dynamiclist": "list",
}  # fmt: skip
DATES: Final = {"date": "date", "time": "time", "datetime": "date and time"}


def known(
    session: Session, registry: Registry, process_id: str, files: Files, others: Sequence[ProcessSpec]
) -> Mapping[str, object]:
    """Work, forms, decisions and processes, each with the variables that it writes; and what is there at the start."""
    specs = [spec for found in processes_in(files).values() for spec in found]
    around = surroundings_of(specs, files, registry, others)
    work = {type_: sorted(registry.results_of(type_) or ()) for type_ in registry.types()}
    called = {name: sorted(given_back(spec, around) or ()) for name, spec in around.processes.items()}
    begun = _begun(specs, around)
    told, tables = _told(files), dict(_decisions(files))
    forms = {form.id: _asked(form) for form in forms_in(files)}
    names = {name for each in (*work.values(), *called.values(), begun) for name in each}
    types = {**_shown(session, process_id, names), **told}

    def typed(found: Sequence[str]) -> list[Named]:
        return [{"name": name, "type": types.get(name, "")} for name in found]

    return {
        "work": {type_: typed(found) for type_, found in work.items() if found},
        "processes": {name: typed(found) for name, found in called.items() if found},
        "begun": typed(begun), "forms": forms, "decisions": tables,
    }  # fmt: skip


def _begun(specs: Sequence[ProcessSpec], around: Surroundings) -> list[str]:
    """What calls of these processes hand over; what they declare themselves stands in the diagram."""
    return sorted({name for spec in specs for name in given_by_callers(spec, around)})


def _asked(form: FormDefinition) -> list[Named]:
    """The variables that a form gives, a dotted key as a context. What goes to a record is none."""
    found: dict[str, dict[str, object]] = {}
    for key, spec in form.fields.items():
        if spec.component.record or spec.list:
            continue
        first, _, rest = key.partition(".")
        if not rest:
            found[first] = {"name": first, "type": _kind(spec.component.type, spec.component.properties)}
            continue
        entries = found.setdefault(first, {"name": first, "type": "context", "entries": []})["entries"]
        if isinstance(entries, list):
            entries.append({"name": rest, "type": _kind(spec.component.type, spec.component.properties)})
    return list(found.values())


def _kind(type_: str, properties: Mapping[str, object]) -> str:
    if type_ == "datetime":
        return DATES.get(str(properties.get("subtype", "date")), "date")
    return KINDS.get(type_, "")


def _models(files: Files) -> Iterator[dmn.DecisionModel]:
    """The tables that can be read; one that is refused is told elsewhere."""
    folder = dmn.Folder(files)
    for name in folder.files:
        try:
            yield folder.model(name)
        except dmn.DmnRefused:
            continue


def _decisions(files: Files) -> Iterator[tuple[str, Named]]:
    """By decision, what it answers: one column is the value itself, several are a context."""
    for model in _models(files):
        for table in model.tables:
            columns = [{"name": each.name, "type": each.kind.name if each.kind else ""} for each in table.outputs]
            many = table.policy.lists
            if len(columns) == 1:
                yield table.element, {"type": "list" if many else columns[0]["type"]}
            else:
                yield table.element, {"type": "list" if many else "context", "entries": columns, "isList": many}


def _told(files: Files) -> Mapping[str, str]:
    """The types of variables that the tables of the draft declare, since they read them."""
    return {
        node.name: node.kind.name
        for model in _models(files)
        for node in model.nodes.values()
        if isinstance(node, InputData) and node.kind is not None
    }


def _shown(session: Session, process_id: str, names: set[str]) -> Mapping[str, str]:
    """The types of these variables in the newest cases of the process."""
    query = select(ProcessInstance.state).where(ProcessInstance.process_id == process_id)
    newest = session.scalars(query.order_by(ProcessInstance.started_at.desc()).limit(NEWEST)).all()
    found: dict[str, str] = {}
    for state in newest:
        for name, value in read_names(state, names).items():
            if value is not None:
                found.setdefault(name, type_name(value))
    return found
