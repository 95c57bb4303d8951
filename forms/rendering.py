"""Draws a bound form with a Jinja environment of the caller's; the templates lie in `forms/templates/`."""

from __future__ import annotations

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup

from forms.bind import BoundForm
from forms.errors import UnsafeEnvironment
from forms.messages import CATALOGUES
from forms.submission import ADD, REMOVE, ROW, SHOWN

_NAMES = {"shown": SHOWN, "add": ADD, "remove": REMOVE, "row": ROW}


def template_loader() -> BaseLoader:
    """The loader of the templates used here: `forms/…` and `govuk_frontend_jinja/…`."""
    return ChoiceLoader(
        [
            PackageLoader("forms"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )


def render(bound: BoundForm, environment: Environment) -> Markup:
    """The error summary, then the fields; without the form element, whose address and token are the page's.

    Raises UnsafeEnvironment if the environment does not escape.
    """
    return render_summary(bound, environment) + render_fields(bound, environment)


def render_summary(bound: BoundForm, environment: Environment) -> Markup:
    """The error summary alone, for the head of the page; empty if nothing is wrong."""
    return _render("forms/summary.html", bound, environment)


def render_fields(bound: BoundForm, environment: Environment) -> Markup:
    """The fields alone."""
    return _render("forms/form.html", bound, environment)


def _render(name: str, bound: BoundForm, environment: Environment) -> Markup:
    escapes = environment.autoescape
    if not (escapes(name) if callable(escapes) else escapes):
        raise UnsafeEnvironment(template=name)
    template = environment.get_template(name)
    words = CATALOGUES[bound.language]
    names = {key: bound.prefix + value for key, value in _NAMES.items()} | {"row": ROW}
    return Markup(template.render(bound=bound, words=words, names=names))  # noqa: S704  # an escaping template
