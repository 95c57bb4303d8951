"""Which mails a process sends: those that its diagrams and its tables name. What a program alone chooses is no
process's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.bpmn import DiagramRefused
from engine.bpmn.xml import parse as parse_diagram
from engine.dmn import DmnRefused
from engine.dmn.xml import parse as parse_tables
from engine.models import ProcessDefinition, Resource
from workflows.association import texts

__all__ = ["named", "senders"]

TEMPLATE: Final = "template"
QUOTED: Final = re.compile(r'"([a-z][a-z0-9_]*)"')
_READ: Final[dict[UUID, frozenset[str]]] = {}


def named(files: Mapping[str, bytes]) -> frozenset[str]:
    """The mails that the diagrams and tables among these files name; a file that cannot be read names none, and is told
    elsewhere."""
    return frozenset(texts.names("mail")) & {each for name, body in files.items() for each in _mentioned(name, body)}


def senders(session: Session) -> Mapping[str, frozenset[str]]:
    """By mail, the processes whose version in force names it."""
    newest = (
        select(ProcessDefinition.process_id, func.max(ProcessDefinition.version).label("version"))
        .group_by(ProcessDefinition.process_id)
        .subquery()
    )
    query = select(ProcessDefinition.process_id, ProcessDefinition.deployment_id).join(
        newest,
        (ProcessDefinition.process_id == newest.c.process_id) & (ProcessDefinition.version == newest.c.version),
    )
    found: dict[str, frozenset[str]] = {}
    for process_id, deployment_id in session.execute(query).tuples():
        for name in _of_deployment(session, deployment_id):
            found[name] = found.get(name, frozenset()) | {process_id}
    return found


def _of_deployment(session: Session, deployment_id: UUID) -> frozenset[str]:
    """A deployment never changes: its files are read once."""
    if deployment_id not in _READ:
        query = select(Resource.name, Resource.body).where(Resource.deployment_id == deployment_id)
        _READ[deployment_id] = named(dict(session.execute(query).tuples().all()))
    return _READ[deployment_id]


def _mentioned(name: str, body: bytes) -> Iterator[str]:
    """What stands where a mail is named: the setting of a step, a text within quotes in a table or an expression."""
    try:
        if name.endswith(".bpmn"):
            for node in parse_diagram(body, name).iter("{*}header", "{*}input"):
                if node.get("key") == TEMPLATE:
                    yield node.get("value", "")
                elif node.get("target") == TEMPLATE:
                    yield from QUOTED.findall(node.get("source", ""))
        elif name.endswith(".dmn"):
            for node in parse_tables(body, name).iter("{*}text"):
                yield from QUOTED.findall(node.text or "")
    except (DiagramRefused, DmnRefused):
        return
