"""A unit of work whose plain queries go past what makes them dear (`engine.plans`). Whoever asks sees no difference."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, inspect, select
from sqlalchemy.engine import Result

from engine.entities import held, primary_key
from engine.plans import plan_of
from engine.unit import Unit

__all__ = ["QueryUnit"]


class QueryUnit(Unit):
    """A session; only its queries of the plain kind are answered in another way."""

    def execute(self, statement: Any, params: Any = None, **options: Any) -> Any:
        answer = None if options else self._answered(statement, params)
        return super().execute(statement, params, **options) if answer is None else answer

    def scalars(self, statement: Any, params: Any = None, **options: Any) -> Any:
        answer = None if options else self._answered(statement, params)
        return super().scalars(statement, params, **options) if answer is None else answer.scalars()

    def scalar(self, statement: Any, params: Any = None, **options: Any) -> Any:
        answer = None if options else self._answered(statement, params)
        return super().scalar(statement, params, **options) if answer is None else answer.scalar()

    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        if options or not isinstance(entity, type):
            return super().get(entity, ident, **options)
        key = primary_key(entity, ident)
        known = held(self, entity, key)
        if known is not None:
            return known
        return self.scalars(_by_key(entity), {f"key_{place}": each for place, each in enumerate(key)}).one_or_none()

    def _answered(self, statement: Any, params: Any) -> Result[Any] | None:
        """None for what SQLAlchemy does."""
        if not isinstance(statement, Select) or not (params is None or isinstance(params, Mapping)):
            return None
        planned = plan_of(statement, wired=self.database.dialect.name == "postgresql")
        if planned is None:
            return None
        plan, own = planned
        if plan.flushes and not self.is_bare and self.autoflush:
            self.flush()
        return plan.answer(self, own, params or {})


@cache
def _by_key(model: type[Any]) -> Select[Any]:
    columns = inspect(model).primary_key
    return select(model).where(
        *(each == bindparam(f"key_{place}", type_=each.type) for place, each in enumerate(columns))
    )
