"""Texts in French and English: English in the code, French in `translations/fr/*.po`, one file a folder.

The files are read as they are: nothing is compiled, so nothing can be stale.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_app_context, has_request_context, request, session
from flask_babel import Babel, get_locale
from flask_babel import Domain as FlaskBabelDomain
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from webapp.auth import visitor
from webapp.settings import Settings

LANGUAGES = ("fr", "en")
_ENGLISH = NullTranslations()
DIRECTORY = Path(__file__).parent / "translations"


class Catalogues(FlaskBabelDomain):  # type: ignore[misc]
    """Every catalogue of a language as one."""

    def __init__(self) -> None:
        super().__init__(translation_directories=[], domain="messages")

    def get_translations(self) -> NullTranslations:
        """The texts of the request's language; English ones need none."""
        return texts()


def texts() -> NullTranslations:
    """The texts of the request's language. A page asks for a hundred: this is flask-babel's way without its detours."""
    return read_languages().get(language_now(), _ENGLISH)


def language_now() -> str:
    """The language of the request, "" outside of one. What flask-babel found (or was told to use) it keeps beside the
    request; it is read there, without the ceremony of asking whose request it is."""
    if not has_app_context():
        return ""
    found = getattr(g.get("_flask_babel"), "babel_locale", None) or get_locale()
    return str(found.language) if found else ""


@cache
def read_languages(directory: Path = DIRECTORY) -> Mapping[str, NullTranslations]:
    """The texts of each language, read once a process: also for work that no request asks for."""
    return {language: read_language(directory / language, language) for language in LANGUAGES}


def read_language(directory: Path, language: str) -> NullTranslations:
    """The texts of every `.po` file in this directory. English has none: the code says it."""
    found: Translations | None = None
    for file in sorted(directory.glob("*.po")):
        with file.open("rb") as opened:
            catalogue = read_po(opened, locale=language, domain="messages")
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        read = Translations(compiled, domain="messages")
        if found is None:
            found = read
        else:
            found.merge(read)
    return found if found is not None else NullTranslations()


def speak(app: Flask, settings: Settings) -> Babel:
    """Sets the app's languages up: the request's own is found by `request_language`."""
    babel = Babel(
        app,
        default_locale=settings.language,
        default_timezone=settings.zone,
        locale_selector=lambda: request_language(settings.language),
    )
    babel.domain_instance = Catalogues()
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]
    app.jinja_env.globals.update(gettext=say, _=say, ngettext=say_number)
    return babel


@pass_eval_context
def say(context: EvalContext, text: str, **values: object) -> str:
    """A text in a template, in the reader's language. What is the same each time is made once: a page has a hundred."""
    marked = bool(context.autoescape)
    return _said(language_now(), text, marked) % values if values else _plain(language_now(), text, marked)


@lru_cache(maxsize=4096)
def _said(language: str, text: str, marked: bool) -> str:
    said = str(read_languages().get(language, _ENGLISH).gettext(text))
    return Markup(said) if marked else said  # noqa: S704 - a text of ours


@lru_cache(maxsize=4096)
def _plain(language: str, text: str, marked: bool) -> str:
    return _said(language, text, marked) % {}  # a doubled per cent sign is one also where nothing is filled in


@pass_eval_context
def say_number(context: EvalContext, one: str, many: str, num: int, **values: object) -> str:
    """One text or the other in a template, by the rules of the reader's language."""
    said = str(texts().ngettext(one, many, num))
    return (Markup(said) if context.autoescape else said) % {"num": num, **values}  # noqa: S704 - a text of ours


def request_language(default: str) -> str:
    """Chosen in the header, else the signed-in person's, else what the browser asks for, else the association's."""
    if not has_request_context():
        return default
    chosen = session.get("lang")
    if chosen in LANGUAGES:
        return str(chosen)
    person = visitor()
    if person is not None and person.language in LANGUAGES:
        return person.language
    return request.accept_languages.best_match(LANGUAGES, default) or default
