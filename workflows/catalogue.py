"""The processes of this association: what they are for, who owns and who starts them, and the files to deploy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from workflows import (
    catalogue_events,
    catalogue_gifts,
    catalogue_memberships,
    catalogue_mentoring,
    catalogue_privacy,
    catalogue_programmes,
)
from workflows.catalogue_entry import FOLDER, CatalogueEntry, Texts

__all__ = ["ENTRIES", "FOLDER", "CatalogueEntry", "catalogue", "definitions", "entry", "family", "resources"]

DEPLOYED = (".bpmn", ".dmn", ".form", ".translations.json")
FAMILIES: tuple[tuple[Texts, tuple[CatalogueEntry, ...]], ...] = (
    ({"fr": "Adhésion", "en": "Membership"}, catalogue_memberships.ENTRIES),
    ({"fr": "Dons à la Fondation", "en": "Gifts to the Foundation"}, catalogue_gifts.ENTRIES),
    ({"fr": "Mentorat", "en": "Mentoring"}, catalogue_mentoring.ENTRIES),
    ({"fr": "Données personnelles", "en": "Personal data"}, catalogue_privacy.ENTRIES),
    ({"fr": "Groupes carrière", "en": "Career groups"}, catalogue_programmes.ENTRIES),
    ({"fr": "Événements", "en": "Events"}, catalogue_events.ENTRIES),
)
ENTRIES = tuple(each for _, entries in FAMILIES for each in entries)


def catalogue() -> tuple[CatalogueEntry, ...]:
    """Every process, in the order of the page."""
    return ENTRIES


def entry(process_id: str) -> CatalogueEntry | None:
    """The entry of a process."""
    return next((each for each in ENTRIES if each.process_id == process_id), None)


def family(process_id: str) -> Texts | None:
    """What the processes around this one are called together; None where the catalogue does not know it."""
    return next((title for title, entries in FAMILIES if any(each.process_id == process_id for each in entries)), None)


def definitions() -> Mapping[str, Mapping[str, bytes]]:
    """The files to deploy, by process: {process id: {file name: bytes}}. One folder is one deployment."""
    return {each.process_id: resources(each.path) for each in ENTRIES}


def resources(folder: Path) -> Mapping[str, bytes]:
    """The files of a process folder that a deployment holds, by name."""
    return {
        file.name: file.read_bytes()
        for file in sorted(folder.iterdir())
        if file.is_file() and file.name.endswith(DEPLOYED)
    }
