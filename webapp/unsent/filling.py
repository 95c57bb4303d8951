"""A page's own form with what was typed into it before: inputs, boxes, choices and long texts, by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from lxml import html

from webapp.unsent.files import KEPT, KeptFile

__all__ = ["filled", "shown_apart", "with_files"]

NEVER: Final = frozenset({"csrf_token", "request_key"})  # the page's own, as it stands now
SEEN: Final = frozenset({"rev", "seen"})  # what its author had before him: whoever was faster is not written over
TICKED: Final = frozenset({"checkbox", "radio"})
UNTOUCHED: Final = frozenset({"hidden", "password", "file", "submit", "button"})


def filled(page: str, here: str, path: str, typed: Mapping[str, list[str]], words: str) -> str | None:
    """The page with its form filled, and a notice over it where there are `words`; None where it has no form that is
    sent to this path.

    `here` is the path of the page, where a form without an address is sent.
    """
    document = html.document_fromstring(page)
    form = _form(document, here, path, typed)
    if form is None:
        return None
    form.set("data-filled", "")  # changes its language once more with what was put back
    left = {name: list(texts) for name, texts in typed.items() if name not in NEVER}
    for field in form.iter("input", "textarea", "select"):
        name = field.get("name")
        if name is not None and name in left:
            _fill(field, left[name])
        elif name is not None and field.get("type") == "checkbox":
            field.attrib.pop("checked", None)
    _open(form)
    if words:
        form.addprevious(_notice(words))
    return "<!DOCTYPE html>\n" + html.tostring(document, encoding="unicode", method="html")


def shown_apart(page: str, typed: Mapping[str, list[str]], words: str) -> str:
    """The page, which has no such form any more, with the sentences that were typed before its content, to be copied.

    What holds no blank is a key, a number or a choice, and says nothing without its question.
    """
    document = html.document_fromstring(page)
    sentences = [text for texts in typed.values() for text in texts if " " in text.strip()]
    main = next(document.iter("main"), None)
    if main is None or not sentences:
        return page
    notice = _notice(words)
    for text in sentences:
        said = html.Element("p", {"class": "govuk-body am-typed"})
        said.text = text
        notice.append(said)
    main.insert(0, notice)
    return "<!DOCTYPE html>\n" + html.tostring(document, encoding="unicode", method="html")


def _open(form: html.HtmlElement) -> None:
    """What was typed is seen, also where its form is folded away at first."""
    for each in form.iterancestors("details"):
        each.set("open", "")


def _notice(words: str) -> html.HtmlElement:
    notice = html.Element("div", {"class": "govuk-inset-text", "role": "status"})
    notice.text = words
    return notice


def with_files(page: str, here: str, path: str, files: Sequence[KeptFile], words: Callable[[str], str]) -> str | None:
    """The page with a ticked box for each file that goes along with the form that is sent to this path, at the field
    in which it was chosen; None where the page has no such form. `words` answers what a box says, given the name."""
    document = html.document_fromstring(page)
    form = _form(document, here, path, {each.field: [] for each in files})
    if form is None:
        return None
    _open(form)
    for number, each in enumerate(files, 1):
        box = _box(each, f"kept-file-{number}", words(each.name))
        field = next((f for f in form.iter("input") if f.get("type") == "file" and f.get("name") == each.field), None)
        if field is None:  # its question is not asked yet
            form.insert(0, box)
            continue
        field.attrib.pop("required", None)  # the file is there, though the browser sees none
        field.addnext(box)
    return "<!DOCTYPE html>\n" + html.tostring(document, encoding="unicode", method="html")


def _box(file: KeptFile, name: str, words: str) -> html.HtmlElement:
    """A small checkbox of the house."""
    boxes = html.Element("div", {"class": "govuk-checkboxes govuk-checkboxes--small"})
    item = html.Element("div", {"class": "govuk-checkboxes__item"})
    box = html.Element("input", {"class": "govuk-checkboxes__input", "type": "checkbox", "id": name, "name": KEPT})
    box.set("value", str(file.id))
    box.set("checked", "checked")
    label = html.Element("label", {"class": "govuk-label govuk-checkboxes__label", "for": name})
    label.text = words
    item.extend((box, label))
    boxes.append(item)
    return boxes


def _form(document: html.HtmlElement, here: str, path: str, typed: Mapping[str, list[str]]) -> html.HtmlElement | None:
    """Of the forms that are sent to this path the one with most of the fields; of several that are alike, the one that
    is about the same: by its hidden fields."""

    def alike(form: html.HtmlElement) -> tuple[int, int]:
        fields = [each for each in form.iter("input", "textarea", "select") if each.get("name") in typed]
        hidden = (each for each in fields if each.get("type") == "hidden")
        same = sum(each.get("value", "") in typed.get(each.get("name") or "", ()) for each in hidden)
        return len({each.get("name") for each in fields}), same

    sent = [each for each in document.iter("form") if (urlsplit(each.get("action") or here).path or here) == path]
    return max(sent, key=alike, default=None)


def _fill(field: html.HtmlElement, texts: list[str]) -> None:
    """Takes its text from those of its name: the next field of this name has the rest."""
    kind = field.get("type", "text")
    if field.tag == "textarea":
        field.text = "\n" + _next(texts)  # the first line break of a text area is none of its text
    elif field.tag == "select":
        for option in field.iter("option"):
            option.attrib.pop("selected", None)
            if option.get("value", option.text or "") in texts:
                option.set("selected", "selected")
    elif kind in TICKED:
        field.attrib.pop("checked", None)
        if field.get("value", "on") in texts:
            field.set("checked", "checked")
    elif kind not in UNTOUCHED or field.get("name") in SEEN:
        field.set("value", _next(texts))


def _next(texts: list[str]) -> str:
    return texts.pop(0) if len(texts) > 1 else texts[0]
