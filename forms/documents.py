"""The field of a filepicker: what is uploaded now, beside what was stored before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from forms.answers import Answer
from forms.files import FileRefused, StoredFile, UploadedFile, accepted, receive
from forms.readings import Misread

_MEGABYTES = "5"
_FILES = "10"


class FileAnswer(Answer):
    """Files are no part of the answers: the caller stores them and keeps their ids under the key."""

    required_code = "required_file"

    def process(self, formdata: Any, data: object = None, extra_filters: Any = None) -> None:
        super().process(None, None)
        self.uploaded: tuple[UploadedFile, ...] = ()
        uploads = formdata.uploads(self.name) if formdata is not None and not self.locked else []
        self.uploads = [upload for upload in uploads if upload.filename]

    def read(self, typed: Sequence[str]) -> None:
        return None

    @property
    def kinds(self) -> tuple[str, ...]:
        return accepted(self.component.properties.get("accept"))[0]

    @property
    def many(self) -> bool:
        return self.component.properties.get("multiple") is True

    @property
    def megabytes(self) -> int:
        return int(self.component.settings.get("maxSize", _MEGABYTES))

    @property
    def most(self) -> int:
        return int(self.component.settings.get("maxFiles", _FILES)) if self.many else 1

    @property
    def stored(self) -> Sequence[StoredFile]:
        return self.around.stored_files.get(str(self.short_name), ())

    @property
    def blank(self) -> bool:
        return not self.uploads and not self.stored

    def faults(self) -> Iterator[Misread]:
        kept = len(self.stored) if self.many else 0
        if len(self.uploads) + kept > self.most:
            yield Misread("too_many_files" if self.many else "one_file", limit=self.most)
            return
        try:
            self.uploaded = tuple(
                receive(upload, self.kinds, self.megabytes, self.around.scan) for upload in self.uploads
            )
        except FileRefused as problem:
            params = {**problem.params, "kinds": self.kinds_in_words}
            yield Misread(problem.code, **params)

    @property
    def kinds_in_words(self) -> str:
        return ", ".join(kind.upper() for kind in self.kinds)
