"""Channel and evidence as a form asks for them, and what was put on record as pages tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.history import record
from engine.models import ProcessInstance
from forms.files import KINDS, FileRefused, Upload, UploadedFile, receive
from forms.messages import message
from webapp.auth import settings
from webapp.behalf import store
from webapp.behalf.words import channels
from webapp.files.attaching import keep
from webapp.files.scanning import scanner
from webapp.operations.diagrams import element_name
from webapp.operations.names import names_of, tongues_of
from webapp.viewer import viewer
from webapp.words import _, language


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the form said: how it reached us, in which words, with which documents; and what is wrong, by field."""

    channel: str
    words: str
    files: Sequence[UploadedFile]
    wrong: Mapping[str, str]

    def put_on_record(
        self, session: Session, engine: Engine, instance_id: UUID, element: str | None, token: UUID | None
    ) -> None:
        """Writes it beside the case, and into its history."""
        by, now = viewer().actor, engine.clock.now()
        if self.files:
            keep(session, self.files, instance_id, internal=False)
        store.note(session, instance_id, element, by, self.channel, self.words, len(self.files), now)
        record(session, engine, instance_id, "on_behalf", element, token, by, {"channel": self.channel})


NOTHING: Final = Evidence("", "", (), {})


@dataclass(frozen=True, slots=True)
class Said:
    """One entry as a page tells it."""

    what: str
    channel: str
    who: str
    words: str
    files: int
    at: datetime
    lang: str  # of the words, where the page is in another language: staff write them


def sent(*, needed: bool = True) -> Evidence:
    """What this request says. Where it is not `needed`, a form without a channel speaks for nobody."""
    channel, words = request.form.get("behalf_channel", ""), request.form.get("behalf_words", "").strip()
    files, wrong = _files()
    if channel not in store.CHANNELS and (needed or channel or words or files):
        wrong["behalf_channel"] = _("Choose how it reached you")
    if channel in store.CHANNELS and not words and not files and "behalf_files" not in wrong:
        wrong["behalf_words"] = _("Write what was said, or add what shows it")
    if len(words) > store.LONGEST:
        wrong["behalf_words"] = _("Write %(num)d characters at most", num=store.LONGEST)
    return Evidence(channel if channel in store.CHANNELS else "", words, files, wrong)


def _files() -> tuple[Sequence[UploadedFile], dict[str, str]]:
    kept: list[UploadedFile] = []
    try:
        for each in request.files.getlist("behalf_files"):
            if each.filename:
                kept.append(receive(cast("Upload", each), tuple(KINDS), settings().file_megabytes, scanner()))
    except FileRefused as refused:
        params = {**refused.params, "kinds": ", ".join(kind.upper() for kind in KINDS)}
        return (), {"behalf_files": message(language(), refused.code, **params)}
    return kept, {}


def told(session: Session, engine: Engine, case: ProcessInstance, language: str) -> Sequence[Said]:
    """What staff said for somebody in this case, the newest first."""
    rows = store.of_case(session, case.id)
    names, by_channel = names_of(session, (row.actor for row in rows)), channels()
    tongues = tongues_of(session, {row.actor for row in rows}, language)
    start = _("The start of the case")
    return [
        Said(
            element_name(session, engine, case.definition_id, row.element, language) if row.element else start,
            by_channel.get(row.channel, row.channel), names[row.actor], row.words, row.files, row.at,
            tongues.get(row.actor, ""),
        )
        for row in rows
    ]  # fmt: skip
