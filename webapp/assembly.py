"""Where settings become an association and an engine: the one place that puts the four packages together."""

from __future__ import annotations

import importlib
from zoneinfo import ZoneInfo

from engine.clock import Clock, SystemClock
from engine.engine import Engine, EngineSettings
from engine.registry import Registry
from webapp import outside
from webapp.catalogues import read_languages
from webapp.house import association_of
from webapp.inbox import digest
from webapp.payments.providers import providers
from webapp.people import mails
from webapp.settings import Settings
from webapp.studio import rehearsing
from webapp.week import mail as week_mail
from workflows.association import mail_adapter, payment_receiving, provider_stops
from workflows.association import registry as association
from workflows.association.closures import StaffCalendar
from workflows.association.cohorts.calling_off import EndedByHand
from workflows.association.undo_window import UndoWindow


def open_engine(settings: Settings, *, clock: Clock | None = None) -> Engine:
    """The engine over the settings' database, with the work of the association and of the pages registered."""
    clock = clock or SystemClock()
    if settings.database_url.startswith("sqlite"):
        settings.var_directory.mkdir(parents=True, exist_ok=True)
    zone = ZoneInfo(settings.zone)
    engine = Engine.open(
        settings.database_url,
        clock=clock,
        registry=registry(settings, clock),
        settings=EngineSettings(
            zone=zone,
            staff_calendar=StaffCalendar(zone),
            undo_window=UndoWindow(zone),
            canceled=EndedByHand(association_of(settings, clock)),
        ),
    )
    if settings.traces_url:  # OpenTelemetry is an extra: it is not imported where nobody asks for it
        importlib.import_module("webapp.traces").trace_engine(settings.traces_url, engine)
    return engine


def registry(settings: Settings, clock: Clock) -> Registry:
    """Every job type that a diagram or a page names."""
    pages = mails.registry(settings, read_languages()) + outside.registry(settings) + Registry.of(mail_adapter)
    pages = pages + week_mail.registry(settings, read_languages()) + rehearsing.registry(settings, open_engine)
    pages = pages + Registry.collect(
        [
            payment_receiving.connector(providers(settings)),
            provider_stops.connector(providers(settings)),
            digest.connector(settings.public_url),
        ]
    )
    return association.registry(association_of(settings, clock)) + pages
