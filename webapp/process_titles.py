"""What processes are called: as the catalogue says, else as they are named in their diagram."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import Select, bindparam, literal, select
from sqlalchemy.orm import Session

import workflows
from engine.models import ProcessDefinition, ProcessInstance
from engine.prepared import fetch

MACHINE_KEY: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME: Final = select(ProcessDefinition.name).where(ProcessDefinition.id == bindparam("definition"))


@cache
def _unlisted(listed: Sequence[str]) -> Select[Any]:
    others = (ProcessDefinition.process_id != literal(each, ProcessDefinition.process_id.type) for each in listed)
    versions = select(ProcessDefinition.process_id, ProcessDefinition.name).where(*others)
    return versions.order_by(ProcessDefinition.version)


def process_title(session: Session, case: ProcessInstance, language: str) -> str:
    """The title of a case's process; of one that is not in the catalogue, the name in the version it runs."""
    found = next((entry for entry in workflows.catalogue() if entry.process_id == case.process_id), None)
    if found is not None:
        return found.title(language)
    [version] = fetch(session, _NAME, {"definition": case.definition_id})
    return version.name or case.process_id


def processes(session: Session, language: str) -> Sequence[tuple[str, str]]:
    """Id and title of every process: those of the catalogue in its order, then whatever else is deployed."""
    listed = {entry.process_id: entry.title(language) for entry in workflows.catalogue()}
    deployed = fetch(session, _unlisted(tuple(listed)), {})
    others = {each.process_id: each.name or each.process_id for each in deployed}  # the newest version's name stays
    return [*listed.items(), *sorted(others.items(), key=lambda entry: entry[1].casefold())]


def case_title(session: Session, case: ProcessInstance, language: str) -> str:
    """What a case is called where one line must do: its title, its number, or its process."""
    return case.title_in(language) or number_beside(None, case.business_key) or process_title(session, case, language)


def number_beside(title: str | None, number: str | None) -> str | None:
    """A case's number for where its title stands too; None where the title says it, or only machines can read it."""
    if number is not None and MACHINE_KEY.search(number):
        return None
    return None if title is not None and number is not None and number in title else number
