"""What every table stands on: the one metadata, aware moments, JSON that both databases know, partial indexes."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, MetaData, Text, TypeDecorator, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

from engine.clock import UTC

__all__ = ["Base", "Candidates", "Json", "Moment", "OptionalJson", "aware", "only_where"]


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. Refuses naive values: a moment without zone is a defect."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else aware(value).astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


@lru_cache(maxsize=1000)
def _candidates(text_: str) -> tuple[str, ...]:
    """Few roles and people stand in very many tasks."""
    return tuple(json.loads(text_))


class Candidates(TypeDecorator[tuple[str, ...]]):
    """Who may take a task, read from the text of its list."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        return _candidates(value or "[]")


def aware(moment: datetime) -> datetime:
    """The same moment. Raises ValueError where it has no zone."""
    if moment.tzinfo is None:
        raise ValueError("a stored moment needs a zone")
    return moment


Json = JSON().with_variant(JSONB(), "postgresql")
OptionalJson = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Base(DeclarativeBase):
    """The one metadata: engine, association and web tables register here, so that Alembic sees them all."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def only_where(condition: str) -> dict[str, Any]:
    """The keywords that make an index partial on both databases."""
    return {"postgresql_where": text(condition), "sqlite_where": text(condition)}
