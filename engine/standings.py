"""Where the tokens of many cases stand, counted by the database: no state leaves it, however many cases there are.

The rows are those of the codec (`engine.bpmn.state`). What listens beside the work, and what only holds other tokens,
is left out; a state of another codec says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    JSON,
    ColumnElement,
    Integer,
    Select,
    String,
    Subquery,
    TableValuedAlias,
    and_,
    case,
    collate,
    column,
    distinct,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from engine.bpmn.state import AT_WORK, CODEC, WAITING
from engine.models import HistoryEvent, ProcessInstance

__all__ = ["RUNNING", "Stay", "Tally", "passages", "standing_at", "stays", "tallies"]

RUNNING: Final = ("active", "suspended")  # a case's status until it ends: of these there is an index

READABLE: Final = f'{{"codec":{CODEC},%'


class Stay(NamedTuple):
    """A case at an element: what it waits for there ("incident" where it stands still), since its oldest token, and
    how many tokens it has there."""

    case_id: UUID
    definition_id: UUID
    kind: str
    since: datetime | None
    times: int


@dataclass(frozen=True, slots=True)
class Tally:
    """An element where something stands: tokens, cases, cases that stand still; since when, of the two tokens in the
    middle and of the oldest (None where no token says it)."""

    element: str
    tokens: int
    cases: int
    incidents: int
    before_middle: datetime | None
    after_middle: datetime | None
    oldest: datetime | None

    def waited(self, now: datetime) -> tuple[timedelta, timedelta] | None:
        """The median and the longest time that the tokens here have waited by now."""
        if self.oldest is None or self.before_middle is None or self.after_middle is None:
            return None
        return ((now - self.before_middle) + (now - self.after_middle)) / 2, now - self.oldest


def tallies(session: Session, of: Sequence[ColumnElement[bool]]) -> Sequence[Tally]:
    """Of these cases (conditions on ProcessInstance): each element where one stands."""
    at = _standing(session, of)
    order = func.row_number().over(partition_by=at.c.element, order_by=(at.c.since.is_(None), at.c.since))
    dated = func.count(at.c.since).over(partition_by=at.c.element)
    each = select(at, order.label("place"), dated.label("dated")).subquery()
    still = case((each.c.kind == "incident", each.c.case_id))
    middles = [func.max(case((here, each.c.since))) for here in _middles(each)]
    query = select(
        each.c.element, func.count(), func.count(distinct(each.c.case_id)), func.count(distinct(still)),
        *middles, func.min(each.c.since),
    ).group_by(each.c.element)  # fmt: skip
    return [
        Tally(element, tokens, cases, incidents, _moment(low), _moment(high), _moment(oldest))
        for element, tokens, cases, incidents, low, high, oldest in session.execute(query)
    ]


def stays(session: Session, of: Sequence[ColumnElement[bool]], element: str, most: int) -> tuple[Sequence[Stay], int]:
    """Of these cases those at this element, as many as wanted, longest waits first; and how many there are."""
    at = _standing(session, of)
    since = func.min(at.c.since)
    still = func.max(case((at.c.kind == "incident", 1), else_=0))
    whole = func.count().over()  # of all that are grouped, whatever is listed
    there = (
        select(at.c.case_id, at.c.definition_id, still, func.max(at.c.kind), since, func.count(), whole)
        .where(at.c.element == element)
        .group_by(at.c.case_id, at.c.definition_id)
        .order_by(since.is_(None), since, at.c.case_id)
        .limit(most)
    )
    rows = session.execute(there).all()
    found = [
        Stay(case_id, version, "incident" if stopped else kind, _moment(oldest), times)
        for case_id, version, stopped, kind, oldest, times, _ in rows
    ]
    return found, rows[0][-1] if rows else 0


def standing_at(session: Session, of: Sequence[ColumnElement[bool]], element: str) -> Select[tuple[UUID]]:
    """Asks for the ids of these cases that have a token at this element."""
    at = _standing(session, of)
    return select(at.c.case_id).where(at.c.element == element)


def passages(
    session: Session, process_id: str, of: Sequence[ColumnElement[bool]], since: datetime | None = None
) -> Mapping[str, int]:
    """How often cases of this process left each element since a moment (`of`: conditions on the cases). What it costs
    grows with what happened since then, and not with how many cases there ever were."""
    data = HistoryEvent.data
    if session.get_bind().dialect.name == "postgresql":
        marks = func.jsonb_array_elements_text(data["path"]).table_valued("value", name="mark").render_derived()
    else:
        marks = func.json_each(data, "$.path").table_valued("value", name="mark")
    mark = marks.c.value.cast(String)
    element = func.substr(mark, 2).label("element")
    of_case = [ProcessInstance.id == HistoryEvent.instance_id, ProcessInstance.process_id == process_id, *of]
    if since is None:
        events = select(element, func.count()).select_from(ProcessInstance).join(HistoryEvent, and_(*of_case))
    else:  # history in its own order; of each event its case is looked up, which a join would begin with
        known = select(literal(1)).select_from(ProcessInstance).where(*of_case).limit(1).scalar_subquery()
        happened = HistoryEvent.at >= since, HistoryEvent.kind == "path", known.is_not(None)
        events = select(element, func.count()).select_from(HistoryEvent).where(*happened)
    query = events.join(marks, true()).where(HistoryEvent.kind == "path", mark.like("-%")).group_by(element)
    return {str(name): int(times) for name, times in session.execute(query)}


class _Tokens(NamedTuple):
    """The tokens of a case's state as rows: what is stored of each, and its place from 0."""

    rows: TableValuedAlias
    value: ColumnElement[Any]
    place: ColumnElement[int]

    def has(self, name: str) -> ColumnElement[bool]:
        said: ColumnElement[str] = self.value[name].as_string()
        return said.is_not(None)

    @classmethod
    def read(cls, postgres: bool, name: str) -> _Tokens:
        state = case((ProcessInstance.state.like(READABLE), ProcessInstance.state))
        value = column("value", JSON)
        if postgres:
            listed = func.json_array_elements(state.cast(JSON)["tokens"])
            rows = listed.table_valued(value, with_ordinality="place", name=name).render_derived()
            return cls(rows, rows.c.value, rows.c.place - 1)
        rows = func.json_each(state, "$.tokens").table_valued(column("key", Integer), value, name=name)
        return cls(rows, rows.c.value, rows.c.key)


def _standing(session: Session, of: Sequence[ColumnElement[bool]]) -> Subquery:
    """A row for each token that stands somewhere: case_id, definition_id, element, kind, since (text, UTC)."""
    postgres = session.get_bind().dialect.name == "postgresql"
    token = _Tokens.read(postgres, "token")
    node, work = token.value["n"].as_string(), token.value["s"].as_integer()
    end = " ("  # of what an element is called within the engine: a listener, a repetition
    element = (
        func.split_part(node, end, 1) if postgres
        else func.substr(node, 1, func.instr(node.concat(end), end) - 1)
    )  # fmt: skip
    at_join = and_(token.has("f"), work == WAITING)
    alone = and_(work.in_(AT_WORK), token.place != 0, ~_holding(postgres, token))
    kind = case((token.has("x"), "incident"), (token.has("w"), token.value[("w", 0)].as_string()), else_="")
    since = collate(token.value["t"].as_string(), "C" if postgres else "BINARY")
    return (
        select(
            ProcessInstance.id.label("case_id"), ProcessInstance.definition_id, element.label("element"),
            kind.label("kind"), since.label("since"),
        )
        .join(token.rows, true())
        .where(*of, ~token.has("b"), or_(token.has("w"), token.has("x"), at_join, alone))
        .subquery()
    )  # fmt: skip


def _holding(postgres: bool, token: _Tokens) -> ColumnElement[bool]:
    """Other tokens stand within it: it is what holds them, and not where the case waits."""
    other = _Tokens.read(postgres, "other")
    within = or_(*(other.value[name].as_integer() == token.place for name in ("p", "e")))
    held = select(literal(1)).select_from(other.rows).where(~other.has("b"), within)
    return held.correlate(ProcessInstance, token.rows).exists()


def _middles(each: Subquery) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Of an even number the two in the middle, of an odd one the same twice."""
    place, dated = each.c.place, each.c.dated
    return or_(place * 2 == dated, place * 2 == dated + 1), or_(place * 2 == dated + 1, place * 2 == dated + 2)


def _moment(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)
