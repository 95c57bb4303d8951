"""A page as a browser without JavaScript holds it: what is shown, what a POST would send."""

from __future__ import annotations

from collections.abc import Iterator

import lxml.html
from jinja2 import Environment
from lxml.html import HtmlElement
from werkzeug.datastructures import MultiDict

from forms import BoundForm, render, template_loader

ENVIRONMENT = Environment(autoescape=True, loader=template_loader(), trim_blocks=True, lstrip_blocks=True)


class Page:
    def __init__(self, bound: BoundForm) -> None:
        self.html = str(render(bound, ENVIRONMENT))
        self.root: HtmlElement = lxml.html.document_fromstring(f"<html><body><form>{self.html}</form></body></html>")

    def controls(self) -> Iterator[HtmlElement]:
        """The inputs that are not disabled, nor inside a disabled fieldset."""
        for each in self.root.xpath("//input|//select|//textarea"):
            if not each.xpath("ancestor-or-self::*[@disabled]"):
                yield each

    def sent(self, **answers: str | list[str]) -> MultiDict[str, str]:
        """What the form sends, with some answers typed over by name; a list ticks exactly those values."""
        found: MultiDict[str, str] = MultiDict()
        for each in self.controls():
            name, kind = each.get("name"), each.get("type", "")
            if name in answers or kind in ("submit", "file"):
                continue
            if kind in ("checkbox", "radio"):
                if each.get("checked") is not None:
                    found.add(name, each.get("value"))
            elif each.tag == "select":
                chosen = each.xpath("option[@selected]") or each.xpath("option")
                found.add(name, chosen[0].get("value"))
            else:
                # HTML drops one line end after the start tag of a text area
                found.add(
                    name, (each.text or "").removeprefix("\n") if each.tag == "textarea" else each.get("value", "")
                )
        for name, value in answers.items():
            found.setlist(name, value if isinstance(value, list) else [value])
        return found

    def one(self, path: str) -> HtmlElement:
        found = self.root.xpath(path)
        assert len(found) == 1, f"{len(found)} elements at {path}"
        element: HtmlElement = found[0]
        return element

    def text(self) -> str:
        return " ".join(self.root.text_content().split())

    def problems(self) -> list[str]:
        """What a person with a screen reader would stumble over."""
        ids = [each.get("id") for each in self.root.xpath("//*[@id]")]
        problems = [f"id {each} twice" for each in set(ids) if ids.count(each) > 1]
        labelled = {each.get("for") for each in self.root.xpath("//label")}
        for each in self.root.xpath("//input|//select|//textarea"):
            if each.get("type") != "hidden" and each.get("id") not in labelled:
                problems.append(f"{each.get('name')} has no label")
        for each in self.root.xpath("//*[@aria-describedby]"):
            problems += [f"{ref} is nowhere" for ref in each.get("aria-describedby").split() if ref not in ids]
        for each in self.root.xpath("//fieldset[not(@role='presentation')]"):
            if not each.xpath("legend[normalize-space()]"):
                problems.append("a fieldset has no legend")
        for each in self.root.xpath("//*[contains(@class,'error-summary')]//a"):
            if each.get("href", "#")[1:] not in ids:
                problems.append(f"the error link {each.get('href')} leads nowhere")
        return problems
