"""Figures for Prometheus: what this process did, how late the work is, what stands still, how full the pool is.

Counters and histograms are of this process. Where the library's PROMETHEUS_MULTIPROC_DIR names a folder, they are the
sums over all processes of this host that share it (web and workers). Gauges are asked from the database when they are
read, so every web process answers the same. Labels are ids of processes, elements of our code and states: never people.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from engine.due import look
from engine.engine import Engine
from engine.models import ProcessInstance
from engine.pool import LendingPool
from engine.transaction import reading

__all__ = ["CONTENT_TYPE", "Metrics", "time_requests"]

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


@dataclass(slots=True)
class Metrics:
    """The figures of one engine; listens to its observer."""

    engine: Engine
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    completions: Counter = field(init=False)
    jobs: Histogram = field(init=False)
    requests: Histogram = field(init=False)

    def __post_init__(self) -> None:
        own = self.registry
        self.completions = Counter(
            "amicale_completions", "User tasks that people completed, by process.", ["process"], registry=own
        )
        self.jobs = Histogram(
            "amicale_job_seconds", "How long a job ran, by kind.", ["kind"], buckets=SECONDS, registry=own
        )
        self.requests = Histogram(
            "amicale_request_seconds", "How long a request took to answer, by endpoint and class of status.",
            ["endpoint", "status"], buckets=SECONDS, registry=own,
        )  # fmt: skip
        self.engine.observer.completed.append(lambda process: self.completions.labels(process).inc())
        self.engine.observer.ran.append(lambda kind, seconds: self.jobs.labels(kind).observe(seconds))

    def exposition(self) -> bytes:
        """The figures now, as Prometheus reads them."""
        shown = CollectorRegistry()
        try:
            MultiProcessCollector(shown)  # type: ignore[no-untyped-call]
        except ValueError:  # no folder that several processes share
            shown = self.registry
        return generate_latest(shown) + generate_latest(_of_database(self.engine))


def _of_database(engine: Engine) -> CollectorRegistry:
    own = CollectorRegistry()
    own.register(Asked(engine))
    return own


@dataclass(frozen=True, slots=True, eq=False)
class Asked(Collector):
    """Gauges that are read from the database by its indexes, and from the pool of this process."""

    engine: Engine

    def collect(self) -> Iterator[Metric]:
        """One short transaction."""
        now = self.engine.clock.now()
        with reading(self.engine) as session:
            seen = look(session)
            standing = select(ProcessInstance.process_id, func.sum(ProcessInstance.incidents))
            incidents = session.execute(
                standing.where(ProcessInstance.incidents > 0).group_by(ProcessInstance.process_id)
            ).all()
        lag = GaugeMetricFamily(
            "amicale_job_lag_seconds",
            "How long the first free job waits beyond its moment.",
            labels=["process", "type"],
        )
        late: dict[tuple[str, str], float] = {}
        for group in seen.groups:
            key = (group.process_id, group.type)
            late[key] = max(late.get(key, 0.0), (now - group.due_at).total_seconds(), 0.0)
        for key, seconds in late.items():
            lag.add_metric(key, seconds)
        yield lag
        open_ = GaugeMetricFamily("amicale_incidents_open", "Incidents that wait for a person.", labels=["process"])
        for process, count in incidents:
            open_.add_metric([process], count)
        yield open_
        yield GaugeMetricFamily("amicale_muted", "1 while mails, webhooks and payments are held.", int(seen.muted))
        yield from self._pool()

    def _pool(self) -> Iterator[Metric]:
        pool = self.engine.database.pool
        if isinstance(pool, LendingPool):
            at_hand = pool.at_hand
            about = "Connections of this process to the database."
            family = GaugeMetricFamily("amicale_pool_connections", about, labels=["state"])
            family.add_metric(["in_use"], pool.checkedout() - at_hand)
            family.add_metric(["idle"], pool.checkedin() + at_hand)
            family.add_metric(["most"], pool.size() + pool._max_overflow)
            yield family


def time_requests(app: Flask, metrics: Metrics) -> None:
    """Measures every request that reaches a page of ours."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        metrics.requests.labels(request.endpoint or "none", f"{response.status_code // 100}xx").observe(seconds)
        return response
