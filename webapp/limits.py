"""How often something may be tried, by address and by account (Flask-Limiter; one shared store for all processes)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from flask import Flask, Response, request
from flask_limiter import Limiter

MARK = "__amicale_limits__"
CHANGING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests, for each value of `by`."""

    often: str
    by: Callable[[], str]
    failures_only: bool


def by_address() -> str:
    """The requesting address: the nearest one that no trusted proxy forwarded."""
    return request.remote_addr or "nowhere"


def limited(often: str, *, by: Callable[[], str] = by_address, failures_only: bool = False) -> Callable[[View], View]:
    """Marks a view: what changes something at most so often (“5 per hour; 20 per day”), for each value of `by`; a view
    that only reads is limited in being read.

    May be given several times. With `failures_only` a request that was answered by a redirect does not count. Where
    the limit is exceeded the answer is 429.
    """

    def mark(view: View) -> View:
        setattr(view, MARK, (*getattr(view, MARK, ()), Limit(often, by, failures_only)))
        return view

    return mark


def failed(response: Response) -> bool:
    """Whether the answer is no redirect: what was typed was not accepted."""
    return response.status_code >= 400


class MarkedOnly(Limiter):
    """Looks at the views that are marked, when they are called. Its base looks before every request besides, for limits
    that hold everywhere: there are none."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)


def apply_limits(app: Flask, storage: str) -> Limiter:
    """Puts the marked limits on the app's views. A store that is away is replaced by the process's memory meanwhile."""
    limiter = MarkedOnly(
        by_address,
        app=app,
        storage_uri=storage,
        strategy="fixed-window",
        key_prefix="amicale",
        in_memory_fallback=["60 per minute"] if storage != "memory://" else None,
        in_memory_fallback_enabled=storage != "memory://",
    )
    taken: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        taken.setdefault(rule.endpoint, set()).update(rule.methods or ())
    for endpoint, view in list(app.view_functions.items()):
        guarded: Any = view
        for number, limit in enumerate(getattr(view, MARK, ())):
            decorate = limiter.limit(
                limit.often,
                key_func=limit.by,
                methods=sorted(CHANGING & taken[endpoint]) or ["GET", "HEAD"],
                scope=f"{endpoint}:{number}",
                override_defaults=False,
                deduct_when=failed if limit.failures_only else None,
            )
            guarded = decorate(guarded)
        app.view_functions[endpoint] = guarded
    return limiter
