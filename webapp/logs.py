"""The log: one event a line on the standard error, as text or as JSON, with the ids of request and case.

No personal data: our own messages hold ids alone, and in production the texts of foreign exceptions are left out,
since a database or a mail server quotes in them what it was given.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from flask import has_request_context, request

from engine.errors import AmicaleError
from webapp.security import RequestIdFilter
from webapp.settings import Settings

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["CaseFilter", "JsonLines", "TextLines", "write_logs"]

LINE: Final = "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"
QUIET: Final = ("waitress.queue", "alembic", "flask-limiter")
Raised = tuple[type[BaseException], BaseException, "TracebackType | None"] | tuple[None, None, None]


class CaseFilter(logging.Filter):
    """Gives each record the id of the case that it is about: what the caller says, else the one in the address."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "case"):
            parts = (request.view_args or {}) if has_request_context() else {}
            record.case = str(parts["instance_id"]) if "instance_id" in parts else None
        return True


class TextLines(logging.Formatter):
    """A line of text. `discreet`: without the texts of exceptions that are not ours."""

    def __init__(self, *, discreet: bool) -> None:
        super().__init__(LINE)
        self.discreet = discreet

    def format(self, record: logging.LogRecord) -> str:
        """The line; a trace that another formatter left on the record is not taken over."""
        record.exc_text = None
        return super().format(record)

    def formatException(self, ei: Raised) -> str:  # noqa: N802 - the name of logging
        """The trace: where, and what kind of error; its text where that can hold no data."""
        if not self.discreet or ei[1] is None:
            return super().formatException(ei)
        lines, error = [], ei[1]
        seen: BaseException | None = error
        while seen is not None:
            lines += [*traceback.format_tb(seen.__traceback__), f"{_named(seen)}\n"]
            seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
        return "".join(lines).rstrip()


class JsonLines(TextLines):
    """A JSON object a line: `at`, `level`, `logger`, `message`, `request_id`, `case`, `trace`."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", "-"),
            "case": getattr(record, "case", None),
            "trace": self.formatException(record.exc_info) if record.exc_info else None,
        }
        return json.dumps({name: value for name, value in said.items() if value not in (None, "-")}, ensure_ascii=False)


def _named(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    return f"{kind}: {error}" if isinstance(error, AmicaleError) else kind


def write_logs(settings: Settings) -> None:
    """Sets the process's log up."""
    handler = logging.StreamHandler(sys.stderr)
    lines = JsonLines if settings.log_format == "json" else TextLines
    handler.setFormatter(lines(discreet=settings.production))
    handler.addFilter(RequestIdFilter())
    handler.addFilter(CaseFilter())
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
