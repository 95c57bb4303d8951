"""What a mail text is called where people read and write of it: by its subject, as the files have it.

A subject that several texts share is followed by the name of the file, so that each title means one text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Final

from workflows.association import mail_templates
from workflows.association.mail_templates import LANGUAGES
from workflows.association.quoted_words import plain, quotable

__all__ = ["mail_like", "mail_named", "mail_title"]

LIKE: Final = 0.5  # of 1, where the words are the same
_BLANK: Final = re.compile(r"\$(?:\w+|\{\w+\})")


def mail_title(name: str, language: str) -> str:
    """The title of a text in a language, what is filled in as “…”; of an unknown one its name."""
    return _titles(language).get(name, name)


def mail_named(text: str) -> str:
    """The name of the text that is meant: by its name, or its title in either language; of an unknown one what is
    written."""
    return next((found for each in LANGUAGES if (found := _named(each).get(plain(text)))), text)


def mail_like(text: str) -> str | None:
    """The name of the text whose title, in either language, is the most like these words; None where none is."""
    titles = {title: name for each in LANGUAGES for title, name in _named(each).items()}
    found = get_close_matches(plain(text), titles, n=1, cutoff=LIKE)
    return titles[found[0]] if found else None


@cache
def _titles(language: str) -> Mapping[str, str]:
    subjects = {name: _subject(name, language) for name in mail_templates.names()}
    times = Counter(plain(subject) for subject in subjects.values())
    return {
        name: subject if times[plain(subject)] == 1 else f"{subject} ({name})" for name, subject in subjects.items()
    }


@cache
def _named(language: str) -> Mapping[str, str]:
    return {plain(title): name for name, title in _titles(language).items()}


def _subject(name: str, language: str) -> str:
    """As it stands in a sentence, which has quotation marks of its own."""
    return quotable(_BLANK.sub("…", mail_templates.load(name, language).subject)).replace("'", "’")
