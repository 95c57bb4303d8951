"""The kinds of files that `amicale import` knows besides people."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from workflows.association import import_gifts, import_mandates, import_memberships, import_mentorships
from workflows.association.import_records import Kind

KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            import_memberships.KIND, import_gifts.KIND, import_mandates.KIND, import_mentorships.KIND,
        )
    }
)  # fmt: skip
