"""Files that somebody sends: an archive, which is a whole draft; single files, which take the place of their like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from werkzeug.datastructures import FileStorage

from engine.errors import Invalid
from webapp.studio import bundle

__all__ = ["Given", "NoFile", "files"]


class NoFile(Invalid):
    """Choose a file first: a zip of a whole draft, or diagrams, tables and forms."""

    code: ClassVar[str] = "studio_no_file"


@dataclass(frozen=True, slots=True)
class Given:
    """The files by name. `whole`: they came as an archive; `name` says what was sent."""

    files: dict[str, bytes]
    whole: bool
    name: str


def files(sent: Sequence[FileStorage]) -> Given:
    """What was sent, looked at. Raises NoFile, and as `bundle.accept` and `bundle.unpack`."""
    named = [(each.filename or "", each) for each in sent if each.filename]
    if not named:
        raise NoFile
    if len(named) == 1 and named[0][0].lower().endswith(".zip"):
        found = bundle.unpack(named[0][0], named[0][1].read(bundle.ALL + 1))
        if not found:
            raise bundle.ArchiveUnreadable(name=named[0][0][:120])
        return Given(found, True, named[0][0][:120])
    single = {name: each.read(bundle.LARGEST + 1) for name, each in named}
    bundle.accept(single)
    return Given(single, False, ", ".join(sorted(single))[:200])
