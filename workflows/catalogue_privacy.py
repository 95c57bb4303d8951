"""The processes by which people exercise their rights over their data."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from workflows.catalogue_entry import CatalogueEntry

__all__ = ["ENTRIES"]

ENTRIES: Final = (
    CatalogueEntry(
        process_id="privacy_request",
        titles=MappingProxyType({"fr": "Mes données : exercer un droit", "en": "My data: exercise a right"}),
        purposes=MappingProxyType(
            {
                "fr": "Accéder à vos données, les corriger, les effacer, en limiter l’usage, s’opposer, les emporter.",
                "en": "See your data, correct them, erase them, restrict their use, object, take them along.",
            }
        ),
        owner_roles=frozenset({"DPO"}),
        starter_roles=frozenset({"DPO", "DATA", "GENERAL_DELEGATE"}),
        for_members=True,
    ),
)
