"""The archive that a person is given: `index.html` to read, `data.json` for machines, a vCard for an address book,
documents and uploads beside."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from flask import render_template

from webapp.files.store import path_of
from workflows.association.privacy.categories import CATEGORIES
from workflows.association.privacy.export import Dossier
from workflows.association.vcards import Contact, vcard

CARD: Final = "contact.vcf"


def archive_of(dossier: Dossier, card: Contact, files: Path, name: str, now: datetime, lang: str) -> BytesIO:
    """The archive, at its beginning. What is about others was left out before, and is listed."""
    body = BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(dossier.data(), ensure_ascii=False, indent=1))
        archive.writestr(CARD, vcard(card))
        names = [CARD, *dossier.documents]
        for file_id, called in dossier.file_ids:
            place = path_of(files, file_id)
            if place.exists():
                names.append(f"files/{file_id}-{_safe(called)}")
                archive.write(place, names[-1])
        for each, content in dossier.documents.items():
            archive.writestr(_safe(each), content)
        shown = [(CATEGORIES[key], parts) for key, parts in dossier.by_category()]
        index = render_template(
            "privacy/export.html",
            shown=shown,
            name=name,
            now=now,
            lang=lang,
            documents=names,
            left_out=dossier.left_out,
        )  # fmt: skip
        archive.writestr("index.html", index)
    body.seek(0)
    return body


def _safe(name: str) -> str:
    """A name that is a file of the archive and nothing else."""
    return "/".join(re.sub(r"[^\w.-]+", "_", part).lstrip(".") or "_" for part in name.split("/"))[:160]
