"""What fills the blanks of a sentence, both ways: as it is kept, by ids, and as people write and read it, by names.

Mails are called by their subjects, processes by their titles, roles by their names. Elements are not known here: they
are the diagram's, which knows a step by its id and its name alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import workflows
from webapp.sandbox.message_names import message_named, message_title
from workflows.association.cohorts.hearings import RULES
from workflows.association.cohorts.merger_record import CAUSES
from workflows.association.mail_titles import mail_named, mail_title
from workflows.association.options import list_words
from workflows.association.quoted_words import plain
from workflows.association.role_names import ROLES

__all__ = [
    "BROUGHT",
    "CATEGORY",
    "PERSON",
    "REGISTER",
    "VISITOR",
    "cell_meant",
    "cell_shown",
    "meant",
    "row_meant",
    "row_shown",
    "shown",
]

KNOWS: Final = "person"  # the sentence that says whom the register knows
# Who acts, where it is not by a role.
PERSON = {"fr": "la personne", "en": "the person"}
VISITOR = {"fr": "un visiteur", "en": "a visitor"}
# What the register can know of somebody: the rows below that sentence.
REGISTER: Final = {
    "birth_date": {"fr": "date de naissance", "en": "date of birth"},
    "programme": {"fr": "programme", "en": "programme"},
    "promotion_year": {"fr": "promotion", "en": "year of graduation"},
    "email": {"fr": "adresse électronique", "en": "e-mail address"},
    "category": {"fr": "catégorie de membre", "en": "category of member"},
    "member_no": {"fr": "numéro de membre", "en": "membership number"},
    "member_until": {"fr": "membre jusqu’au", "en": "member until"},
    "employer": {"fr": "employeur", "en": "employer"},
    "sector": {"fr": "secteur", "en": "sector"},
    "country": {"fr": "pays", "en": "country"},
    "civility": {"fr": "civilité", "en": "form of address"},
}

# What a start or a message brings: the rows below those sentences. A variable that is not here is said by its name.
BROUGHT: Final = {
    "=key": {"fr": "dossier visé", "en": "case meant"},
    "person_id": {"fr": "personne", "en": "person"},
    "cohort_key": {"fr": "groupe carrière", "en": "career group"},
    "cause": {"fr": "cause", "en": "cause"},
    "lead_role": {"fr": "rôle", "en": "role"},
    "breach_rule": {"fr": "règle de la charte", "en": "rule of the charter"},
    "reported_by": {"fr": "signalé par", "en": "reported by"},
}
ROWS: Final[Mapping[str, Mapping[str, Mapping[str, str]]]] = {
    KNOWS: REGISTER,
    "begin": BROUGHT,
    "message": BROUGHT,
    "back": {"reason": {"fr": "motif", "en": "reason"}},
}

# Rows whose cell is one of a list that forms let choose from as well.
LISTED: Final = {"programme": "programmes", "sector": "sectors", "country": "countries"}
CATEGORY: Final = {
    "GRADUATE": {"fr": "diplômé·e", "en": "graduate"},
    "STUDENT": {"fr": "étudiant·e", "en": "student"},
    "GUEST": {"fr": "invité·e", "en": "guest"},
}
OPTIONS: Final[Mapping[str, Mapping[str, Mapping[str, str]]]] = {
    "category": CATEGORY,
    "cause": {key: {"fr": french, "en": english} for key, (french, english) in CAUSES.items()},
    "breach_rule": {key: {"fr": french, "en": english} for key, (french, english) in RULES.items()},
    "lead_role": {key: {"fr": role.fr, "en": role.en} for key, role in ROLES.items()},
}


def meant(blank: str, written: str) -> str:
    """What is kept of what stands in a blank; words that name nothing stay."""
    if blank == "mail":
        return mail_named(written)
    if blank == "message":
        return message_named(written)
    if blank == "process":
        wanted = plain(written)
        titled = (each for each in workflows.catalogue() if wanted in {plain(each.title(lang)) for lang in PERSON})
        return next((each.process_id for each in titled), written)
    return written


def shown(blank: str, kept: str, language: str) -> str:
    """The same for a reader of this language."""
    native = "fr" if language == "fr" else "en"
    if blank == "mail":
        return mail_title(mail_named(kept), native)
    if blank == "message":
        return message_title(message_named(kept), native)
    if blank == "process":
        entry = workflows.entry(kept)
        return kept if entry is None else entry.title(native)
    return _actor(kept, native) if blank == "who" else kept


def row_meant(phrase: str, written: str) -> str:
    """The key of a row below a sentence, as it is kept; what a form asks has its words elsewhere."""
    wanted, rows = plain(written), ROWS.get(phrase, {})
    return next((key for key, words in rows.items() if wanted in {plain(each) for each in words.values()}), written)


def row_shown(phrase: str, kept: str, language: str) -> str:
    """The same for a reader of this language."""
    return ROWS.get(phrase, {}).get(kept, {}).get("fr" if language == "fr" else "en", kept)


def cell_meant(phrase: str, row: str, written: str) -> str:
    """What a cell of such a row is kept as: an option by its key, where there is a list of them."""
    wanted, words = plain(written), _options(phrase, row)
    return next((key for key, said in words.items() if wanted in {plain(each) for each in said.values()}), written)


def cell_shown(phrase: str, row: str, kept: str, language: str) -> str:
    """The same for a reader of this language."""
    return _options(phrase, row).get(kept, {}).get("fr" if language == "fr" else "en", kept)


def _options(phrase: str, row: str) -> Mapping[str, Mapping[str, str]]:
    """What a cell of this row may be, by key, in each language; nothing where anything may stand."""
    if phrase not in ROWS:
        return {}
    return list_words(LISTED[row]) if row in LISTED else OPTIONS.get(row, {})


def _actor(who: str, native: str) -> str:
    roles = ({"fr": role.fr, "en": role.en, "": key} for key, role in ROLES.items())
    for words in (PERSON, VISITOR, *roles):
        if who.casefold() in {each.casefold() for each in words.values()}:
            return words[native]
    return who
