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
from workflows.catalogue_entry import FOLDER, CatalogueEntry

__all__ = ["ENTRIES", "FOLDER", "CatalogueEntry", "catalogue", "definitions", "entry", "resources"]

DEPLOYED = (".bpmn", ".dmn", ".form", ".translations.json")
ENTRIES = (
    *catalogue_memberships.ENTRIES,
    *catalogue_gifts.ENTRIES,
    *catalogue_mentoring.ENTRIES,
    *catalogue_privacy.ENTRIES,
    *catalogue_programmes.ENTRIES,
    *catalogue_events.ENTRIES,
)


def catalogue() -> tuple[CatalogueEntry, ...]:
    """Every process, in the order of the page."""
    return ENTRIES


def entry(process_id: str) -> CatalogueEntry | None:
    """The entry of a process."""
    return next((each for each in ENTRIES if each.process_id == process_id), None)


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
