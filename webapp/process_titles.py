"""What processes are called: as the catalogue says, else as they are named in their diagram."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

import workflows
from engine.models import ProcessDefinition, ProcessInstance


def process_title(session: Session, case: ProcessInstance, language: str) -> str:
    """The title of a case's process; of one that is not in the catalogue, the name in the version it runs."""
    found = next((entry for entry in workflows.catalogue() if entry.process_id == case.process_id), None)
    if found is not None:
        return found.title(language)
    return session.get_one(ProcessDefinition, case.definition_id).name or case.process_id


def processes(session: Session, language: str) -> Sequence[tuple[str, str]]:
    """Id and title of every process: those of the catalogue in its order, then whatever else is deployed."""
    listed = {entry.process_id: entry.title(language) for entry in workflows.catalogue()}
    query = select(ProcessDefinition.process_id, ProcessDefinition.name).order_by(ProcessDefinition.version)
    deployed = session.execute(query.where(ProcessDefinition.process_id.not_in(listed)))
    others = {id_: name or id_ for id_, name in deployed}  # the name of the newest version stays
    return [*listed.items(), *sorted(others.items(), key=lambda entry: entry[1].casefold())]


def case_title(session: Session, case: ProcessInstance, language: str) -> str:
    """What a case is called where one line must do: its title, its number, or its process."""
    return case.title_in(language) or case.business_key or process_title(session, case, language)
