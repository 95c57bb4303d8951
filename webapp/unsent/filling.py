"""A page's own form with what was typed into it before: inputs, boxes, choices and long texts, by their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from lxml import html

__all__ = ["filled"]

NEVER: Final = frozenset({"csrf_token", "request_key", "rev", "seen"})  # the page's own, as it stands now
TICKED: Final = frozenset({"checkbox", "radio"})
UNTOUCHED: Final = frozenset({"hidden", "password", "file", "submit", "button"})


def filled(page: str, here: str, path: str, typed: Mapping[str, list[str]], words: str) -> str | None:
    """The page with its form filled, and a notice over it; None where it has no form that is sent to this path.

    `here` is the path of the page, where a form without an address is sent.
    """
    document = html.document_fromstring(page)
    form = _form(document, here, path, typed)
    if form is None:
        return None
    for field in form.iter("input", "textarea", "select"):
        name = field.get("name")
        if name is not None and name in typed and name not in NEVER:
            _fill(field, typed[name])
        elif name is not None and field.get("type") == "checkbox" and name not in NEVER:
            field.attrib.pop("checked", None)
    notice = html.Element("div", {"class": "govuk-inset-text", "role": "status"})
    notice.text = words
    form.addprevious(notice)
    return "<!DOCTYPE html>\n" + html.tostring(document, encoding="unicode", method="html")


def _form(document: html.HtmlElement, here: str, path: str, typed: Mapping[str, list[str]]) -> html.HtmlElement | None:
    """Of the forms that are sent to this path the one with most of the fields."""
    sent = [each for each in document.iter("form") if (urlsplit(each.get("action") or here).path or here) == path]
    return max(sent, key=lambda each: len({f.get("name") for f in each.iter()} & set(typed)), default=None)


def _fill(field: html.HtmlElement, texts: list[str]) -> None:
    kind = field.get("type", "text")
    if field.tag == "textarea":
        field.text = "\n" + texts[0]  # the first line break of a text area is none of its text
    elif field.tag == "select":
        for option in field.iter("option"):
            option.attrib.pop("selected", None)
            if option.get("value", option.text or "") in texts:
                option.set("selected", "selected")
    elif kind in TICKED:
        field.attrib.pop("checked", None)
        if field.get("value", "on") in texts:
            field.set("checked", "checked")
    elif kind not in UNTOUCHED:
        field.set("value", texts[0])
