"""How a plain query is answered: made ready once for each shape of SELECT, and sent as a prepared statement.

SQLAlchemy keeps what it compiled by the same key, but goes through a connection, a context, a cursor and a loader each
time; for queries that bring one row these cost several times what the query does. Whatever is not plain (loader
options, execution options, types of which we do not know the text) is left to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Float, Interval, Numeric, Select
from sqlalchemy.engine import IteratorResult, Result
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.sql.cache_key import CacheKey
from sqlalchemy.types import TypeEngine
from sqlalchemy.util import LRUCache

from engine.bound import convert_of
from engine.entities import NotPlain
from engine.prepared import Question, asked, dialect_of, reader
from engine.row_shapes import Shape
from engine.schema import Moment
from engine.wire import Statement

__all__ = ["Plan", "plan_of"]

Convert = Callable[[Any], Any]
_KEPT: Final = 2000  # shapes of queries
_PLANS: Final[Any] = LRUCache(_KEPT)
_UNSEEN: Final = object()
_UNSURE: Final = (TypeError, ValueError, AttributeError, KeyError)  # a value that is not of its column's type


class Value(NamedTuple):
    """Where one value comes from: the place among the query's own, else `said`; `key` is how a caller names it."""

    key: str
    place: int | None
    said: Any
    expanding: bool
    convert: Convert | None


class Order(NamedTuple):
    """The query for so many values in each of its lists; its values in order, by name and place in a list."""

    question: Question
    values: Sequence[tuple[str, int | None]]


class Plan:
    """One shape of SELECT, in the words of one database."""

    __slots__ = ("_compiled", "_orders", "_shape", "_values", "_wired", "flushes")

    def __init__(self, statement: Select[Any], key: CacheKey, *, wired: bool) -> None:
        """Raises NotPlain, TypeError, and what compiling raises."""
        if statement._with_options or statement._execution_options or statement._with_context_options:
            raise NotPlain
        dialect = dialect_of(wired)
        compiled: Any = statement.compile(dialect=dialect, cache_key=key)
        if compiled.literal_execute_params:
            raise NotPlain
        self.flushes = statement._propagate_attrs.get("compile_state_plugin") == "orm"
        self._compiled, self._wired = compiled, wired
        self._values = _values(compiled, key, dialect, wired)
        self._orders: dict[tuple[int, ...], Order] = {}
        self._shape = Shape(
            statement, compiled._result_columns, [_reader(c.type, dialect, wired) for c in compiled._result_columns]
        )

    def answer(self, session: Session, own: Sequence[Any], said: Mapping[str, Any]) -> Result[Any] | None:
        """The rows; None where a value is not of its type. `own`: the values in the query, `said`: beside it."""
        try:
            values = {name: self._value(each, own, said) for name, each in self._values.items()}
            order = self._order(values)
            bound = [self._bound(values, name, place) for name, place in order.values]
        except _UNSURE:
            return None
        rows = self._shape.rows(session, asked(session, order.question, bound))
        return IteratorResult(self._shape.metadata, iter(rows))

    def _value(self, value: Value, own: Sequence[Any], said: Mapping[str, Any]) -> Any:
        if said and value.key in said:
            return said[value.key]
        if value.place is None:
            return value.said
        bind = own[value.place]
        if bind.required:
            raise KeyError(value.key)
        return bind.effective_value

    def _order(self, values: dict[str, Any]) -> Order:
        sizes = tuple(len(values[name]) for name, each in self._values.items() if each.expanding)
        found = self._orders.get(sizes)
        if found is None:
            found = self._orders[sizes] = self._ordered(values)
        return found

    def _ordered(self, values: Mapping[str, Any]) -> Order:
        if not any(each.expanding for each in self._values.values()):
            return Order(
                self._question(str(self._compiled)), [(name, None) for name in self._compiled.positiontup or ()]
            )
        state = self._compiled._process_parameters_for_postcompile(dict(values))
        places = {
            each: (name, place) for name, parts in state.parameter_expansion.items() for place, each in enumerate(parts)
        }
        return Order(
            self._question(state.statement), [places.get(name, (name, None)) for name in state.positiontup or ()]
        )

    def _question(self, text: str) -> Question:
        return Question(text, Statement.of(text) if self._wired else None)

    def _bound(self, values: Mapping[str, Any], name: str, place: int | None) -> Any:
        value = values[name] if place is None else values[name][place]
        convert = self._values[name].convert
        return value if value is None or convert is None else convert(value)


def plan_of(statement: Select[Any], *, wired: bool) -> tuple[Plan, Sequence[Any]] | None:
    """The plan of a query, with the values that stand in it; None where it is left to SQLAlchemy."""
    key = statement._generate_cache_key()
    if key is None:
        return None
    shape = wired, key.key
    plan = _PLANS.get(shape, _UNSEEN)
    if plan is _UNSEEN:
        plan = _PLANS[shape] = _planned(statement, key, wired)
    return None if plan is None else (plan, key.bindparams)


def _planned(statement: Select[Any], key: CacheKey, wired: bool) -> Plan | None:
    try:
        return Plan(statement, key, wired=wired)
    except (NotPlain, TypeError, SQLAlchemyError):
        return None


def _values(compiled: Any, key: CacheKey, dialect: Any, wired: bool) -> dict[str, Value]:
    """By name in the compiled text. SQLAlchemy keeps which of its binds stand for which of the key's."""
    match, _ = compiled._cache_key_bind_match
    places = {bind: place for place, own in enumerate(key.bindparams) for bind in match[own]}
    return {
        name: Value(bind.key, places.get(bind), bind.value, bind.expanding, convert_of(bind.type, dialect, wired=wired))
        for bind, name in compiled.bind_names.items()
    }


def _reader(type_: TypeEngine[Any], dialect: Any, wired: bool) -> Convert | None:
    """What makes a value of what the driver answers. Raises NotPlain for what depends on more than the type."""
    if isinstance(type_, Float | Interval):
        raise NotPlain
    if wired and isinstance(type_, Numeric | Moment):  # psycopg answers decimals and aware moments
        return None
    return reader(type_, dialect)
