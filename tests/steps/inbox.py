"""The inbox: answers that can be taken back."""

from __future__ import annotations

from uuid import UUID

import pytest
from pytest_bdd import parsers, then, when
from sqlalchemy import select

from engine import commands
from engine.errors import EffectLeft
from engine.models import UserTask
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.tasks import staff


@when(parsers.parse('{role} answers {decision} for "{element}" in the inbox'))
def answers(office: Office, role: str, decision: str, element: str) -> None:
    task = office.open_tasks()[element]
    with transaction(office.engine) as session:
        commands.complete(session, office.engine, task.id, {"decision": decision}, by=staff(role), undoable=True)
    office.run()


@when(parsers.parse('{role} takes the answer of "{element}" back'))
def takes_back(office: Office, role: str, element: str) -> None:
    with transaction(office.engine) as session:
        commands.undo(session, office.engine, _closed(office, element), by=staff(role))
    office.run()


@then(parsers.parse('the answer of "{element}" is not taken back, because "{left}" has left the house'))
def is_not_taken_back(office: Office, element: str, left: str) -> None:
    with pytest.raises(EffectLeft) as refused:
        takes_back(office, "DATA", element)
    assert refused.value.params["element"] == left


def _closed(office: Office, element: str) -> UUID:
    with reading(office.engine) as session:
        query = select(UserTask.id).where(UserTask.element == element, UserTask.state == "completed")
        return session.scalars(query).one()
