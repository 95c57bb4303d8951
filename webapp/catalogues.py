"""Texts in French and English: English in the code, French in `translations/fr/*.po`, one file a folder.

The files are read as they are: nothing is compiled, so nothing can be stale.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, request, session
from flask_babel import Babel, get_locale
from flask_babel import Domain as FlaskBabelDomain

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
    locale = get_locale()
    return read_languages().get(locale.language if locale else "", _ENGLISH)


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
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: texts().gettext(text), lambda one, many, num: texts().ngettext(one, many, num), newstyle=True
    )
    return babel


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
