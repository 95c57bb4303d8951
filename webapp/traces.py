"""Traces for OpenTelemetry: a span for each request, statement and job. Imported only where AMICALE_TRACES_URL is set.

Needs the extra `traces` (`pip install amicale[traces]`). Spans hold paths with ids, never the query of an address, in
which people write names; statements are recorded with their placeholders.
"""

from __future__ import annotations

import time
from functools import cache
from typing import Final

from flask import Flask, request
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Span, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import get_current_span

from engine.engine import Engine

__all__ = ["trace_engine", "trace_pages"]

QUERIES: Final = ("http.target", "http.url", "url.query", "url.full")


@cache
def provider(url: str) -> TracerProvider:
    """Where the spans of this process go: sent in batches, the last ones when it ends."""
    made = TracerProvider(resource=Resource.create({"service.name": "amicale"}))
    made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))
    return made


def trace_engine(url: str, engine: Engine) -> None:
    """A span for each statement and each job of this engine, sent to the collector."""
    SQLAlchemyInstrumentor().instrument(engine=engine.database, tracer_provider=provider(url))
    tracer = provider(url).get_tracer("amicale")

    def ran(kind: str, seconds: float) -> None:
        end = time.time_ns()
        tracer.start_span(f"job {kind}", start_time=end - int(seconds * 1e9)).end(end)

    engine.observer.ran.append(ran)


def trace_pages(url: str, app: Flask) -> None:
    """A span for each request."""
    FlaskInstrumentor().instrument_app(app, tracer_provider=provider(url))
    app.before_request(without_query)


def without_query() -> None:
    """Leaves the path of the address on the span of this request and drops what comes after it."""
    span = get_current_span()
    if isinstance(span, Span):
        for name in QUERIES:
            if name in (span.attributes or {}):
                span.set_attribute(name, "" if name == "url.query" else request.path)
