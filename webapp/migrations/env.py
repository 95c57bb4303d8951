"""What Alembic runs: migrations over the connection that `webapp.database` gives it."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON

from engine.schema import Moment
from webapp.tables import METADATA


def rendered(kind: str, value: Any, context_: AutogenContext) -> str | Literal[False]:
    """Our column types by their own names in generated migrations."""
    if kind == "type" and isinstance(value, Moment):
        context_.imports.add("from engine.schema import Moment")
        return "Moment()"
    if kind == "type" and isinstance(value, JSON):
        context_.imports.add("from engine.schema import Json")
        return "Json"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
    render_item=rendered,
)
with context.begin_transaction():
    context.run_migrations()
