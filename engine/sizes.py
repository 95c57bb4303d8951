"""What SQLite's planner knows of the tables: without it, a query with two indexes may take the one that finds too much.

PostgreSQL looks after its own (autovacuum). SQLite gathers nothing unasked (https://www.sqlite.org/lang_analyze.html),
and asks to be told again when tables have grown much. For how many pages the figures are good stands in the database
itself, in the number that SQLite leaves to its users (https://www.sqlite.org/pragma.html#pragma_user_version): whatever
process looks, and however often it is started, gathers only what is new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from engine.transaction import reading, transaction

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from engine.engine import Engine

__all__ = ["gather"]

SMALL: Final = 2_000  # pages of 4 KiB: below, every plan is quick
GROWN: Final = 2  # times as large as when the figures were gathered
ROWS: Final = 1_000  # of each index that are read: a fraction of a second in a large database
TABLES: Final = ("sqlite_stat1", "sqlite_stat4")  # the second only where SQLite is built with it


def gather(engine: Engine) -> bool:
    """Gathers anew where the database has grown much since it was last done; answers whether it did."""
    if engine.database.dialect.name != "sqlite":
        return False
    with reading(engine) as session:
        if _grown(session) is None:
            return False
    with transaction(engine) as session:
        pages = _grown(session)  # another process may have been quicker
        if pages is None:
            return False
        session.execute(text(f"PRAGMA analysis_limit={ROWS}"))
        # Connections that are open read new figures only where the schema is another one, as by these tables' coming.
        for table in TABLES:
            session.execute(text(f"DROP TABLE IF EXISTS {table}"))
        session.execute(text("ANALYZE"))
        session.execute(text(f"PRAGMA user_version={pages}"))
    return True


def _grown(session: Session) -> int | None:
    """How many pages the database has, where that is much more than its figures are good for."""
    pages, known = (int(session.execute(text(f"PRAGMA {of}")).scalar_one()) for of in ("page_count", "user_version"))
    return pages if pages >= max(SMALL, known * GROWN) else None
