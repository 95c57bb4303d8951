"""The 180 groups of the demo association: 48 professional, 28 regional, 75 world chapters, 25 clubs, 4 thematic."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from uuid import UUID

from babel import Locale

from workflows.association.demo.name_lists import load, words

_NOTHING = {"sector": None, "postcode_prefix": None, "country": None, "closed_on": None}


def group_rows(rng: Random) -> Iterator[dict[str, object]]:
    """Every group as a row of `association_group`."""
    table = load("groups.toml")
    for fr, en, sector in (entry.split(":") for entry in words(table["professional"])):
        yield _row(rng, "PROFESSIONAL", f"{fr} (groupe professionnel)", f"{en} (professional group)", sector=sector)
    for name, departments in (entry.split(":") for entry in words(table["regional"])):
        yield _row(rng, "REGIONAL", f"Groupe {name}", f"{name} group", postcode_prefix=departments)
    french, english = Locale.parse("fr").territories, Locale.parse("en").territories
    for code in words(table["chapters"]):
        yield _row(rng, "CHAPTER", f"Chapitre {french[code]}", f"{english[code]} chapter", country=code)
    for fr, en in (entry.split(":") for entry in words(table["clubs"])):
        yield _row(rng, "CLUB", f"Club {fr}", f"{en} club")
    for fr, en in (entry.split(":") for entry in words(table["thematic"])):
        yield _row(rng, "THEMATIC", f"Réseau {fr}", f"{en} network")


def _row(rng: Random, kind: str, fr: str, en: str, **facts: str) -> dict[str, object]:
    id_ = UUID(int=rng.getrandbits(128), version=4)
    return {"id": id_, "kind": kind, "name_fr": fr, "name_en": en, **_NOTHING, **facts}
