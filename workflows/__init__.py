"""What this association does: one folder a process, and the records in `association`."""

from workflows.catalogue import CatalogueEntry, catalogue, definitions, entry, family

__all__ = ["CatalogueEntry", "catalogue", "definitions", "entry", "family"]
