"""What a browser sent, or a draft kept: read by declared names only, never walked into the answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from forms.files import Upload

SHOWN, ADD, REMOVE = "-shown", "-add", "-remove"
"""Names of the page's own inputs; no key begins with a dash."""
ROW = "-"
"""The name, after a row's prefix, of the mark that the row exists."""


class Texts(Protocol):
    """Several texts a name (werkzeug's MultiDict is one)."""

    def getlist(self, key: str) -> Sequence[str]: ...
    def __contains__(self, key: object) -> bool: ...
    def __iter__(self) -> Iterator[str]: ...


class Uploads(Protocol):
    """Several files a name (werkzeug's MultiDict of FileStorage is one)."""

    def getlist(self, key: str) -> Sequence[Upload]: ...


class Submission:
    """The texts and files of one POST. True even when empty: an unticked box sends nothing."""

    def __init__(self, texts: Texts, files: Uploads | None = None, prefix: str = "") -> None:
        self._texts, self._files = texts, files
        self.marks = frozenset(self.getlist(prefix + SHOWN))

    def getlist(self, name: str) -> list[str]:
        return [each for each in self._texts.getlist(name) if isinstance(each, str)]

    def uploads(self, name: str) -> Sequence[Upload]:
        return self._files.getlist(name) if self._files is not None else ()

    def __contains__(self, name: object) -> bool:
        return name in self._texts

    def answers(self, name: str, parts: Sequence[str]) -> bool:
        """Whether anything was sent for a question, for one of its parts, or for a row of it."""
        return any(each in self for each in (name, *parts)) or bool(self.rows(name) or self.uploads(name))

    def rows(self, name: str) -> list[int]:
        """The numbers of the rows of a list that were sent, in order."""
        row = re.compile(re.escape(name) + r"-(\d{1,3})-.*", re.DOTALL)
        return sorted({int(found[1]) for each in self._texts if (found := row.fullmatch(each))})


class Draft:
    """The texts of a draft, as `BoundForm.draft` made them, back under the names of a page."""

    def __init__(self, draft: Mapping[str, object], prefix: str) -> None:
        self._texts = {prefix + name: texts for name, texts in draft.items() if isinstance(texts, list)}

    def getlist(self, key: str) -> Sequence[str]:
        return self._texts.get(key, [])

    def __contains__(self, key: object) -> bool:
        return key in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)
