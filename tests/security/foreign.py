"""One world of things that belong to others: a row of each table that an address names by its id or key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Column, Table, insert
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from webapp.tables import METADATA

__all__ = ["World", "named"]

# What an address calls a thing, and the table and column in which it is found.
TABLES: Final = {
    "absence_id": "absence.id", "act_id": "collective_act.id", "case_id": "process_instance.id",
    "choice_id": "job.token", "date_id": "appointment.id", "definition_id": "process_definition.id",
    "device_id": "push_device.id", "document_id": "issued_document.id", "draft_id": "studio_draft.id",
    "import_id": "people_import.id",
    "effect_id": "effect.id", "factor_id": "second_factor.id", "feed_id": "calendar_feed.id",
    "file_id": "stored_file.id", "filter_id": "saved_filter.id", "gift_id": "gift.id", "gone_id": "person.id",
    "holding_id": "role_holding.id", "incident_id": "incident.id",
    "instance_id": "process_instance.id", "job_id": "job.id", "kept_id": "person.id", "line_id": "bank_line.id",
    "mail_id": "mail.id", "merge_id": "person_merge.id", "migration_id": "migration.id", "mine_id": "studio_draft.id",
    "order_key": "sales_order.key", "person_id": "person.id", "pledge_id": "pledge.id",
    "proposal_id": "pair_proposal.id", "registration_id": "event_registration.id", "remark_id": "studio_comment.id",
    "round_id": "matching_round.id", "row_id": "parameter_row.id", "session_id": "web_session.id",
    "step_id": "second_step.id", "subscription_id": "event_subscription.id", "task_id": "user_task.id",
    "timer_id": "job.token", "token_id": "api_token.id", "try_id": "studio_try.id",
}  # fmt: skip
# Where an address calls by that name what is of another table.
ELSEWHERE: Final = {
    ("cohort", "key"): "cohort.key", ("event", "key"): "association_event.key", ("api", "token"): "job.token",
    ("imports", "draft_id"): "import_draft.id",
    ("finance", "file_id"): "collection_file.id", ("foundation_bank", "file_id"): "collection_file.id",
}  # fmt: skip
NOT_NAMED: Final = frozenset({"process_id"})  # processes are named in the software itself
VALUES: Final = {
    "collective_act.kind": "suspend", "job.kind": "timer", "job.state": "open", "bank_line.side": "credit",
}  # fmt: skip


def named(rule: Rule) -> dict[str, str]:
    """What an address names: its arguments that are ids or keys, and the table and column of each."""
    found = {}
    for name in sorted(rule.arguments - NOT_NAMED):
        area = next((each for each in ELSEWHERE if rule.endpoint.startswith(each[0]) and name == each[1]), None)
        if area is not None:
            found[name] = ELSEWHERE[area]
        elif name.endswith(("_id", "key")):
            found[name] = TABLES[name]
    return found


class World:
    """Rows that are there. Those that no test began are filled with what their columns take."""

    def __init__(self, session: Session, now: datetime, begun: Mapping[str, UUID]) -> None:
        self.session, self.now = session, now
        self.rows: dict[str, dict[str, Any]] = {name: {"id": each} for name, each in begun.items()}

    def value(self, place: str) -> object:
        """The value by which an address names the row of this table."""
        table, _, column = place.partition(".")
        return self.row(METADATA.tables[table])[column]

    def row(self, table: Table) -> dict[str, Any]:
        """The row of a table, made with those that it needs."""
        if table.name not in self.rows:
            made = {each.name: self._filled(each) for each in table.columns if self._needed(table, each)}
            self.session.execute(insert(table).values(made))
            self.rows[table.name] = made
        return self.rows[table.name]

    @staticmethod
    def _needed(table: Table, column: Column[Any]) -> bool:
        wanted = f"{table.name}.{column.name}" in {*TABLES.values(), *ELSEWHERE.values()}
        return wanted or column.primary_key or not (column.nullable or column.default is not None)

    def _filled(self, column: Column[Any]) -> object:
        for key in column.foreign_keys:
            return self.row(key.column.table)[key.column.name]
        given = VALUES.get(f"{column.table.name}.{column.name}")
        kind = column.type.__class__.__name__
        if given is not None:
            return given
        fitting: Mapping[str, object] = {
            "Uuid": uuid4(), "Moment": self.now, "Date": date(2026, 1, 1), "Time": time(9), "Json": {},
            "Boolean": False, "Integer": 1, "BigInteger": 1, "Numeric": Decimal(1), "LargeBinary": b"x", "Float": 1.0,
        }  # fmt: skip
        return fitting.get(kind, uuid4().hex[: getattr(column.type, "length", None) or 12])
