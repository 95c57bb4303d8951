"""The log: one line an event on the standard error, with the request's id and no personal data."""

from __future__ import annotations

import logging
import sys

from webapp.security import RequestIdFilter
from webapp.settings import Settings

LINE = "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"
QUIET = ("waitress.queue", "alembic", "flask-limiter")


def write_logs(settings: Settings) -> None:
    """Sets the process's log up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(LINE))
    handler.addFilter(RequestIdFilter())
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
