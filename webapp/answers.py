"""What a valid form becomes, in the transaction that completes a task or starts a case: records, files, variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from flask import has_request_context, request
from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.completion import TaskContext
from engine.errors import Invalid
from engine.starting import StartContext
from forms.bind import BoundForm
from webapp.drafts import store as drafts
from webapp.files import store as files
from webapp.files.store import StoredFile
from workflows.association.record_set import record_set


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one person, ready to be written by `engine.commands.complete` or `start`."""

    bound: BoundForm | None
    directory: Path

    def write(self, session: Session, context: TaskContext) -> Mapping[str, object]:
        """Writes records and files of a task and answers the variables of its result; drafts are forgotten."""
        drafts.drop(session, context.task_id)
        stored = self.stored(session, context.instance_id, context.task_id, context.by, context.now)
        if stored:
            session.add_all(stored)
        return self._written(session, context.variables, stored, context.by, context.now)

    def begin(
        self, session: Session, context: StartContext, given: Mapping[str, object], stored: list[StoredFile]
    ) -> Mapping[str, object]:
        """The same for the form of a start event, beside the variables that are `given`. The rows of its files go to
        `stored`: they need the case's row."""
        stored.extend(self.stored(session, context.instance_id, None, context.by, context.now))
        return self._written(session, given, stored, context.by, context.now)

    def stored(
        self, session: Session, instance_id: UUID, task_id: UUID | None, by: Actor, now: datetime
    ) -> Sequence[StoredFile]:
        """The uploaded files, their bytes written; what failed uploads left beside them is swept."""
        uploads = {} if self.bound is None else self.bound.files()
        written = [
            files.store(self.directory, key, each, instance_id, task_id, by.id, now)
            for key, given in uploads.items()
            for each in given
        ]
        for each in written:
            files.sweep(session, files.path_of(self.directory, each.id).parent, now)
        return written

    def _written(
        self,
        session: Session,
        variables: Mapping[str, object],
        stored: Sequence[StoredFile],
        by: Actor,
        now: datetime,
    ) -> Mapping[str, object]:
        if self.bound is None:
            return {}
        result: dict[str, object] = self.bound.variables()
        records = self.bound.records()
        for key in dict.fromkeys(each.field for each in stored):
            ids: list[object] = [str(each.id) for each in stored if each.field == key]
            record = self.bound.definition.fields[key].record
            if record is None:
                result[key] = ids
            else:
                records[record] = ids
        if records:
            seen = {**variables, **result}
            origin = (request.remote_addr or "") if has_request_context() else ""
            result |= record_set().write(session, seen, records, now=now, by=by.id, origin=origin)
        return result


def refuse(bound: BoundForm, error: Invalid, words: str) -> None:
    """Puts what a record's writer refused beside the field it named, or over the whole form."""
    named = str(error.params.get("field", ""))
    records = {record.rpartition(".")[2]: record for record in bound.definition.records.values()}
    bound.refuse(records.get(named, named), words)
