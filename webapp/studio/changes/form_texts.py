"""The texts of a form's components in the reader's language: what its questions and answers are called."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from webapp.studio.form_names import component_names

__all__ = ["FormTexts"]

ENDINGS: Final = (".translations.json", ".form")
LONGEST: Final = 300
Read = Mapping[str, object]


class FormTexts:
    """Those of the form that a file is, or of the form whose translations a file holds, as one version has them."""

    def __init__(self, files: Mapping[str, bytes], file: str, language: str) -> None:
        stem = next((file.removesuffix(each) for each in ENDINGS if file.endswith(each)), file)
        form, translations = files.get(f"{stem}.form", b"{}"), files.get(f"{stem}.translations.json")
        self.language, self._files, self._file = language, files, file
        self._names = component_names(form, translations, language)
        self._texts: Read = {} if language == "fr" else _read(translations)

    @property
    def native(self) -> FormTexts:
        """The same as the form itself says it: in French."""
        return self if self.language == "fr" else FormTexts(self._files, self._file, "fr")

    def named(self, id_: str) -> str:
        """What a component of this id is called; "" where it has no name."""
        return self._names.get(id_, "")

    def label(self, component: Read) -> str:
        """What a component is called; one without words by its key."""
        text = next((each for name in ("label", "text") if (each := self._said(component, name))), "")
        return str(
            text or component.get("label") or component.get("text") or component.get("key") or component.get("id")
        )[:LONGEST]

    def answers(self, component: Read) -> dict[str, str]:
        """What may be chosen: by value, what a reader sees."""
        found = component.get("values")
        options = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
        return {
            (value := str(each.get("value"))): self._said(component, f"values.{value}")
            or str(each.get("label") or value)
            for each in options
        }

    def _said(self, component: Read, name: str) -> str:
        said: object = self._texts
        for key in (component.get("id"), name, self.language):
            said = said.get(key) if isinstance(said, Mapping) else None
        return said if isinstance(said, str) else ""


def _read(body: bytes | None) -> Read:
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return {}  # its own finding says so
    return found if isinstance(found, dict) else {}
