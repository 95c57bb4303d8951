"""The web application: settings and an engine go in, a Flask app comes out. There is no other."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, MutableMapping
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import flask.templating
import govuk_frontend_jinja
import govuk_frontend_wtf
from flask import Blueprint, Flask
from flask_babel import get_locale
from flask_wtf.csrf import CSRFProtect
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

import forms
from engine.engine import Engine
from webapp import browser_code
from webapp.api import document, pages
from webapp.auth import access_of, guard, visitor
from webapp.behalf import routes as behalf
from webapp.browser_code import Manifest, serve_browser_code
from webapp.calendars import routes as calendars
from webapp.campaign import routes as campaign
from webapp.catalogues import speak
from webapp.cohorts import changes as cohort_changes
from webapp.cohorts import papers as cohort_papers
from webapp.cohorts import routes as cohorts
from webapp.cohorts import short as cohort_short
from webapp.cohorts import writing as cohort_letters
from webapp.cohorts import yearly as cohort_years
from webapp.cookies import CookieSessions
from webapp.dates import say_dates
from webapp.errors import explain_errors
from webapp.events.blueprints import BLUEPRINTS as EVENTS
from webapp.files import attaching
from webapp.files import routes as files
from webapp.finance import numbers
from webapp.finance import routes as finance
from webapp.gifts import desk as gift_desk
from webapp.gifts import routes as gifts
from webapp.gifts import signature as gift_signature
from webapp.imports import routes as imports
from webapp.inbox import asking, digest, handing, reminding, saving, stacks, undoing
from webapp.inbox import routes as inbox
from webapp.indicators import routes as indicators
from webapp.journey import act_routes as journey_acts
from webapp.journey import routes as journey
from webapp.limits import apply_limits
from webapp.links import routes as links
from webapp.mailbox import routes as mailbox
from webapp.mandates import routes as mandates
from webapp.membership import cards, directory
from webapp.membership import routes as membership
from webapp.mentoring import guides as mentoring_guides
from webapp.mentoring import routes as mentoring
from webapp.mentoring import yearly as mentoring_years
from webapp.merging import routes as merging
from webapp.metrics import Metrics, time_requests
from webapp.navigation import navigation
from webapp.notices import routes as notices
from webapp.operations.blueprints import OPERATIONS
from webapp.organisation import connect, name_of
from webapp.outside import senders
from webapp.packing import pack_pages
from webapp.page_addresses import own_address
from webapp.parameters import paste
from webapp.parameters import routes as parameters
from webapp.payments import routes as payments
from webapp.payments.providers import providers
from webapp.people import account, organisation, own_zone, required, routes, second, second_factors
from webapp.person import facets, finding
from webapp.person import routes as person
from webapp.privacy import data, desk, unsubscribing
from webapp.privacy import routes as privacy
from webapp.probes import Health, Probes
from webapp.security import protect
from webapp.settings import Settings
from webapp.start import routes as start
from webapp.studio.blueprints import STUDIO
from webapp.texts import routes as texts
from webapp.unsent.expired import put_back
from webapp.webhooks import routes as webhooks
from webapp.week import routes as week

MEGABYTE = 1024 * 1024
HERE = Path(__file__).parent
VERSION = version("amicale")
BLUEPRINTS: tuple[Blueprint, ...] = (
    browser_code.blueprint,
    routes.blueprint,
    account.blueprint,
    own_zone.blueprint,
    second.blueprint,
    organisation.blueprint,
    second_factors.blueprint,
    required.blueprint,
    pages.blueprint,
    mailbox.blueprint,
    inbox.blueprint,
    handing.blueprint,
    reminding.blueprint,
    undoing.blueprint,
    stacks.blueprint,
    saving.blueprint,
    asking.blueprint,
    week.blueprint,
    digest.blueprint,
    notices.blueprint,
    *OPERATIONS,
    journey.blueprint,
    journey_acts.blueprint,
    start.blueprint,
    links.blueprint,
    payments.blueprint,
    webhooks.blueprint,
    files.blueprint,
    attaching.blueprint,
    behalf.blueprint,
    membership.blueprint,
    cards.blueprint,
    directory.blueprint,
    gifts.blueprint,
    gift_desk.blueprint,
    gift_signature.blueprint,
    finance.blueprint,
    finance.foundation,
    numbers.blueprint,
    parameters.blueprint,
    paste.blueprint,
    texts.blueprint,
    *STUDIO,
    campaign.blueprint,
    imports.blueprint,
    indicators.blueprint,
    calendars.blueprint,
    mandates.blueprint,
    mentoring.blueprint,
    mentoring_guides.blueprint,
    mentoring_years.blueprint,
    cohorts.blueprint,
    cohort_letters.blueprint,
    cohort_changes.blueprint,
    cohort_papers.blueprint,
    cohort_short.blueprint,
    cohort_years.blueprint,
    *EVENTS,
    person.blueprint,
    finding.blueprint,
    privacy.blueprint,
    data.blueprint,
    desk.blueprint,
    merging.blueprint,
    unsubscribing.blueprint,
)


class Environment(flask.templating.Environment):
    """Templates with the names that are known to all of them copied into each: a template that imports another one
    compares them, and a page imports thirty."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


class Application(Flask):
    """Flask with our templates and sessions."""

    jinja_environment = Environment

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.session_interface = CookieSessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: none of ours is `async`, and looking at each of fifteen in a request is not free."""
        return func


def create_app(
    settings: Settings,
    engine: Engine,
    *,
    manifest: Manifest | None = None,
    blueprints: Iterable[Blueprint] = BLUEPRINTS,
) -> Flask:
    """The app over this engine. Raises LookupError for an endpoint that does not say whom it is for."""
    app = Application("webapp", static_folder=None, root_path=str(HERE))
    if settings.traces_url:  # first, so that a span begins before anything may refuse the request
        importlib.import_module("webapp.traces").trace_pages(settings.traces_url, app)
    app.config.from_mapping(configuration(settings))
    app.config.from_mapping(document.configuration(VERSION))
    app.extensions["amicale"] = engine
    app.extensions["amicale.settings"] = settings
    app.extensions["amicale.senders"] = senders(settings)
    app.extensions["amicale.payment_providers"] = providers(settings)
    connect(app, settings)
    app.jinja_loader = template_loader()
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.globals.update(visitor=visitor, navigation=navigation, settings=settings, get_locale=get_locale)
    app.jinja_env.globals.update(may_find=facets.may_open, own_address=own_address, organisation=name_of(settings))
    protect(app, secure=settings.secure)
    pack_pages(app)
    serve_browser_code(app, manifest or Manifest())
    speak(app, settings)
    say_dates(app)
    explain_errors(app)
    put_back(app)
    WTFormsHelpers(app)
    document.serve(app)
    register(app, blueprints, production=settings.production)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    watch(app, engine, settings)
    return app


def watch(app: Flask, engine: Engine, settings: Settings) -> None:
    """Puts health and figures in front of the pages."""
    metrics, health = Metrics(engine), Health(engine)
    app.extensions["amicale.health"] = health
    time_requests(app, metrics)
    app.wsgi_app = Probes(app.wsgi_app, health, metrics, settings.metrics_token)  # type: ignore[method-assign]


def register(app: Flask, blueprints: Iterable[Blueprint], *, production: bool) -> None:
    """Puts the pages in, with their CSRF protection, their limits and the check of who may see them."""
    csrf = CSRFProtect(app)
    for blueprint in blueprints:
        if not (production and blueprint is mailbox.blueprint):
            app.register_blueprint(blueprint)
    for view in app.view_functions.values():
        if access_of(view).kind in {"webhook", "api"}:
            csrf.exempt(view)
    guard(app)
    required.hold(app)
    apply_limits(app, app.config["LIMITS_STORAGE"])


def configuration(settings: Settings) -> dict[str, object]:
    """Flask's own configuration."""
    return {
        "SECRET_KEY": settings.secret_key,
        "TRUSTED_HOSTS": sorted(settings.hosts),
        "MAX_CONTENT_LENGTH": (settings.file_megabytes + 1) * MEGABYTE,
        "MAX_FORM_PARTS": 1000,
        "SESSION_COOKIE_NAME": "__Host-amicale" if settings.secure else "amicale",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=settings.remembered_days),
        "PREFERRED_URL_SCHEME": "https" if settings.secure else "http",
        # The token lives as long as the session; Origin is checked instead of Referer, which signed links withhold.
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "LIMITS_STORAGE": settings.limits_storage,
    }


def template_loader() -> ChoiceLoader:
    """Our pages, the renderer of forms, and the GOV.UK components."""
    libraries = (govuk_frontend_jinja, govuk_frontend_wtf)
    packages = {library.__name__: Path(str(library.__file__)).parent for library in libraries}
    return ChoiceLoader(
        [
            FileSystemLoader(HERE / "templates"),
            FileSystemLoader(Path(str(forms.__file__)).parent / "templates"),
            PrefixLoader({name: FileSystemLoader(folder / "templates") for name, folder in packages.items()}),
        ]
    )
