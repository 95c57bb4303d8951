"""Diplomas and programmes: what makes somebody a graduate, and how sure the association is of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base
from engine.personal import Personal

# Keys are stored; wording is for pages, in both languages.
PROGRAMMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "PGE": {"fr": "Programme Grande École", "en": "Grande École programme"},
        "MS": {"fr": "Mastère spécialisé", "en": "Specialised master"},
        "MSC": {"fr": "Master of Science", "en": "Master of Science"},
        "MBA": {"fr": "MBA", "en": "MBA"},
        "EMBA": {"fr": "Executive MBA", "en": "Executive MBA"},
        "PHD": {"fr": "Doctorat", "en": "Doctorate"},
    }
)


class Diploma(Base):
    """A diploma held or prepared. `verified` says how the association knows: REGISTRY, PROOF, PEER or NO."""

    __tablename__ = "diploma"
    __privacy__ = Personal(
        "register", "person_id", erase="school_id", plain="programme verified", one="programme promotion_year"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    programme: Mapped[str] = mapped_column(String(8))
    promotion_year: Mapped[int]
    school_id: Mapped[str | None] = mapped_column(String(32))
    verified: Mapped[str] = mapped_column(String(8), default="NO")
    __table_args__ = (Index("ix_diploma_promotion", "promotion_year", "programme"),)
