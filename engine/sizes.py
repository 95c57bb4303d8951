"""What SQLite's planner knows of the tables: without it, a query with two indexes may take the one that finds too much.

PostgreSQL looks after its own (autovacuum). SQLite gathers nothing unasked (https://www.sqlite.org/lang_analyze.html),
and asks to be told again when tables have grown much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from engine.transaction import reading, transaction

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["gather"]

SMALL: Final = 2_000  # pages of 4 KiB: below, every plan is quick
GROWN: Final = 2  # times as large as when the figures were gathered
ROWS: Final = 1_000  # of each index that are read: a fraction of a second in a large database


def gather(engine: Engine, known: int) -> int:
    """Gathers anew where the database has grown so much since it had `known` pages (0: nobody knows); answers for how
    many pages the figures are good."""
    if engine.database.dialect.name != "sqlite":
        return known
    with reading(engine) as session:
        pages = int(session.execute(text("PRAGMA page_count")).scalar_one())
    if pages < max(SMALL, known * GROWN):
        return known
    with transaction(engine) as session:
        session.execute(text(f"PRAGMA analysis_limit={ROWS}"))
        session.execute(text("ANALYZE"))
    return pages
