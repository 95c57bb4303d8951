"""Lists of choices that forms name (`options`): countries, programmes, sectors, and people who look alike."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import date
from functools import cache
from types import MappingProxyType

from babel import Locale
from sqlalchemy.orm import Session

from workflows.association import applications
from workflows.association.bank.line_work import choices as line_orders
from workflows.association.case_variables import uuid_or_none
from workflows.association.cohorts.candidate_record import cohort_choices, date_choices
from workflows.association.cohorts.merging import target_choices
from workflows.association.diplomas import PROGRAMMES
from workflows.association.events.choices import event_coming_dates, event_dates, event_groups
from workflows.association.mail_templates import LANGUAGES
from workflows.association.staff_records import candidate_options

Choices = Sequence[tuple[str, str]]

# NAF rev. 2, sections: the letter is stored.
SECTORS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "A": {"fr": "Agriculture, sylviculture et pêche", "en": "Agriculture, forestry and fishing"},
        "B": {"fr": "Industries extractives", "en": "Mining and quarrying"},
        "C": {"fr": "Industrie manufacturière", "en": "Manufacturing"},
        "D": {"fr": "Électricité, gaz et énergie", "en": "Electricity, gas and energy"},
        "E": {"fr": "Eau, assainissement et déchets", "en": "Water, sewerage and waste"},
        "F": {"fr": "Construction", "en": "Construction"},
        "G": {"fr": "Commerce", "en": "Trade"},
        "H": {"fr": "Transports et entreposage", "en": "Transport and storage"},
        "I": {"fr": "Hébergement et restauration", "en": "Accommodation and food"},
        "J": {"fr": "Information et communication", "en": "Information and communication"},
        "K": {"fr": "Finance et assurance", "en": "Finance and insurance"},
        "L": {"fr": "Immobilier", "en": "Real estate"},
        "M": {"fr": "Conseil, sciences et techniques", "en": "Consulting, science and technology"},
        "N": {"fr": "Services aux entreprises", "en": "Business services"},
        "O": {"fr": "Administration publique", "en": "Public administration"},
        "P": {"fr": "Enseignement", "en": "Education"},
        "Q": {"fr": "Santé et action sociale", "en": "Health and social work"},
        "R": {"fr": "Arts et spectacles", "en": "Arts and entertainment"},
        "S": {"fr": "Associations et autres services", "en": "Associations and other services"},
        "U": {"fr": "Organisations internationales", "en": "International organisations"},
    }
)


def options(
    session: Session,
    language: str,
    variables: Mapping[str, object] | None = None,
    *,
    named: Container[str] = (),
    today: date = date.min,
) -> Mapping[str, Choices]:
    """Every list by name, in one language. `match_candidates` is searched for in the register, and given only where it
    is `named`; it depends on the case and is empty without one, as the dates of a
    cohort do. Cohorts are those open on `today`."""
    given = {name: choices(language) for name, choices in LISTS.items()}
    if "open_cohorts" in named:
        given["open_cohorts"] = cohort_choices(session, language, today)
    if "cohort_dates" in named:
        given["cohort_dates"] = date_choices(session, language, variables or {})
    if "cohort_targets" in named:
        given["cohort_targets"] = target_choices(session, language, variables or {}, today)
    if "event_groups" in named:
        given["event_groups"] = event_groups(session, language, variables or {})
    if "event_dates" in named:
        given["event_dates"] = event_dates(session, language, variables or {}, today)
    if "event_coming_dates" in named:
        given["event_coming_dates"] = event_coming_dates(session, language, variables or {}, today)
    if "line_orders" in named:
        given["line_orders"] = line_orders(session, language, variables or {})
    if "match_candidates" in named:
        given["match_candidates"] = _candidates(session, language, variables or {})
    return given


@cache
def countries(language: str) -> Choices:
    """ISO 3166-1 alpha-2 codes and their names, by name; France first."""
    territories = Locale.parse(language).territories
    named = [(code, name) for code, name in territories.items() if len(code) == 2 and code not in _NO_COUNTRY]
    return sorted(named, key=lambda pair: (pair[0] != "FR", _sortable(pair[1])))


# Territories of CLDR that are no country one lives in: pseudo-locales, unions, unknown.
_NO_COUNTRY = frozenset({"XA", "XB", "EU", "EZ", "UN", "ZZ", "QO"})


def _sortable(name: str) -> str:
    return name.casefold().translate(str.maketrans("éèêëàâäîïôöûüç", "eeeeaaaiioouuc")).replace("å", "a")


@cache
def programmes(language: str) -> Choices:
    """The programmes of the school by key, in their own order."""
    return _words(PROGRAMMES, language)


@cache
def sectors(language: str) -> Choices:
    """The sections of the French nomenclature of activities, by letter."""
    return _words(SECTORS, language)


LISTS: Mapping[str, Callable[[str], Choices]] = MappingProxyType(
    {"countries": countries, "programmes": programmes, "sectors": sectors}
)


def list_words(name: str) -> Mapping[str, Mapping[str, str]]:
    """What the options of a list that no case changes are called, by language; nothing of other lists."""
    words: dict[str, dict[str, str]] = {}
    for language in LANGUAGES if name in LISTS else ():
        for key, said in LISTS[name](language):
            words.setdefault(key, {})[language] = said
    return words


def _words(table: Mapping[str, Mapping[str, str]], language: str) -> Choices:
    return [(key, words.get(language, words["fr"])) for key, words in table.items()]


def _candidates(session: Session, language: str, variables: Mapping[str, object]) -> Choices:
    found = uuid_or_none(variables, "application_id")
    application = applications.get(session, found) if found is not None else None
    return candidate_options(session, application, language) if application is not None else []
