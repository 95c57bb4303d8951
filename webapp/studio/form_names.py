"""What the components of a form are called in a sentence: by their label, as its readers know them, not by their id."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from workflows.association.wording import typographic

__all__ = ["component_names"]

LABELS: Final = ("label", "dateLabel", "timeLabel", "text")
LONGEST: Final = 60


def component_names(body: bytes, translations: bytes | None, language: str) -> dict[str, str]:
    """By component id, its label; nothing of one without words, or whose label is calculated, or of an unreadable
    form."""
    texts = _read(translations or b"{}")
    found = {}
    for component in _components(_read(body)):
        name = next((label for each in LABELS if (label := _label(component, each, texts, language))), "")
        if name and isinstance(component.get("id"), str):
            found[str(component["id"])] = typographic(name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…")
    return found


def _read(body: bytes) -> Mapping[str, object]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}  # its own finding says so
    return found if isinstance(found, dict) else {}


def _components(top: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    waiting = [top]
    while waiting:
        inside = waiting.pop().get("components")
        for each in inside if isinstance(inside, list) else ():
            if isinstance(each, dict):
                yield each
                waiting.append(each)


def _label(component: Mapping[str, object], name: str, texts: Mapping[str, object], language: str) -> str:
    translated: object = texts
    for key in (component.get("id"), name, language):
        translated = translated.get(key) if isinstance(translated, dict) else None
    text = translated or component.get(name)
    plain = " ".join(text.split()).lstrip("# ") if isinstance(text, str) else ""
    return "" if plain.startswith("=") else plain
