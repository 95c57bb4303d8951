"""Drafts of processes: what was saved, by whom, and what two people decided about it.

A revision is everything that belongs to a process at once (diagram, tables, forms, translations, golden cases), so that
any of them can be taken up again as it was. Bodies are kept once, by their digest.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.bounds import ACTOR, IDENTIFIER, LABEL
from engine.models import Base, Json, Moment
from engine.personal import Impersonal, Personal

# rehearsing: it is asked for, and its scenarios are being played first
State = Literal["open", "rehearsing", "proposed", "deployed", "discarded"]


class StudioDraft(Base):
    """One piece of work on one process. `rev` is the number of its newest revision, and guards every save."""

    __tablename__ = "studio_draft"
    __privacy__ = Personal(
        "work", "begun_by@actor proposed_by@actor", "keep", ids="begun_by proposed_by",
        plain="process_id name state reason despite",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    process_id: Mapped[str] = mapped_column(String(IDENTIFIER))
    name: Mapped[str] = mapped_column(String(LABEL))
    base_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_definition.id"))  # the version it goes on from
    compared_id: Mapped[UUID | None] = mapped_column(Uuid)  # the version in force when it was asked for
    beside_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)  # of a version set beside a draft: that draft
    rev: Mapped[int] = mapped_column(Integer, default=1)
    state: Mapped[str] = mapped_column(String(12), default="open")
    begun_at: Mapped[datetime] = mapped_column(Moment)
    begun_by: Mapped[str] = mapped_column(String(ACTOR))
    proposed_by: Mapped[str | None] = mapped_column(String(ACTOR))
    reason: Mapped[str] = mapped_column(Text, default="")  # why it should come into force, in the owner's words
    despite: Mapped[str] = mapped_column(Text, default="")  # why although scenarios are red
    __table_args__ = (Index("ix_studio_draft_process", "process_id", "state"),)


class StudioRevision(Base):
    """One save. `files`: the digest of each file by its name. `note` says how it came about where nobody typed it."""

    __tablename__ = "studio_revision"
    __privacy__ = Personal("work", "saved_by@actor", "keep", ids="saved_by", plain="files note")
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("studio_draft.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    files: Mapped[dict[str, str]] = mapped_column(Json)
    saved_at: Mapped[datetime] = mapped_column(Moment)
    saved_by: Mapped[str] = mapped_column(String(ACTOR))
    note: Mapped[str] = mapped_column(String(LABEL), default="")


class StudioFile(Base):
    """The bytes of a file, once for every revision that holds them."""

    __tablename__ = "studio_file"
    __privacy__ = Impersonal("diagrams, tables and forms, which hold no data")
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class StudioDecision(Base):
    """What a reviewer said about a revision: it came into force as this deployment, or went back to its authors."""

    __tablename__ = "studio_decision"
    __privacy__ = Personal(
        "work", "author@actor reviewer@actor", "keep", ids="author reviewer", plain="verdict reason answer overridden"
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("studio_draft.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    verdict: Mapped[str] = mapped_column(String(12))  # approved, returned
    author: Mapped[str] = mapped_column(String(ACTOR))
    reason: Mapped[str] = mapped_column(Text, default="")  # the author's
    reviewer: Mapped[str] = mapped_column(String(ACTOR))
    answer: Mapped[str] = mapped_column(Text, default="")  # the reviewer's
    # Scenarios that were red when it came into force, and why that was accepted: by the author, and by the reviewer.
    overridden: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime] = mapped_column(Moment)
    deployment_id: Mapped[UUID | None] = mapped_column(ForeignKey("deployment.id"), index=True)


class StudioRehearsal(Base):
    """What the scenarios of a revision came to. `played_at`: when they were asked for; `world`: what was in force
    around it."""

    __tablename__ = "studio_rehearsal"
    __privacy__ = Impersonal("what scenarios about made-up people came to")
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("studio_draft.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    world: Mapped[str] = mapped_column(String(16))
    played_at: Mapped[datetime] = mapped_column(Moment)
    result: Mapped[dict[str, object]] = mapped_column(Json)


class StudioHealth(Base):
    """What the scenarios of a version in force came to when they were played last. `world`: what was in force then."""

    __tablename__ = "studio_health"
    __privacy__ = Impersonal("what scenarios about made-up people came to")
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"), primary_key=True)
    world: Mapped[str] = mapped_column(String(16))
    played_at: Mapped[datetime] = mapped_column(Moment)
    result: Mapped[dict[str, object]] = mapped_column(Json)


class StudioTry(Base):
    """A run of a draft by hand in the sandbox: its steps, from which it can be played again at any time."""

    __tablename__ = "studio_try"
    __privacy__ = Personal("work", "begun_by@actor", "keep", ids="begun_by", plain="steps")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("studio_draft.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)  # the revision that is run
    steps: Mapped[list[dict[str, object]]] = mapped_column(Json)
    begun_at: Mapped[datetime] = mapped_column(Moment)
    begun_by: Mapped[str] = mapped_column(String(ACTOR))


class StudioComment(Base):
    """A remark on a draft, or on one element of it. It stays on record when it is settled."""

    __tablename__ = "studio_comment"
    __privacy__ = Personal(
        "work", "written_by@actor settled_by@actor", "keep", ids="written_by settled_by", plain="file element text"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("studio_draft.id"), index=True)
    file: Mapped[str] = mapped_column(String(LABEL), default="")
    element: Mapped[str] = mapped_column(String(IDENTIFIER), default="")
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(Moment)
    written_by: Mapped[str] = mapped_column(String(ACTOR))
    settled_by: Mapped[str | None] = mapped_column(String(ACTOR))


class StudioPresence(Base):
    """Who has an editor of a draft open: a row for each person, written anew every few seconds."""

    __tablename__ = "studio_presence"
    __privacy__ = Personal("work", "actor@actor", "keep", ids="actor", plain="file")
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("studio_draft.id"), primary_key=True)
    actor: Mapped[str] = mapped_column(String(ACTOR), primary_key=True)
    file: Mapped[str] = mapped_column(String(LABEL))
    seen_at: Mapped[datetime] = mapped_column(Moment)
