"""Texts of a form's owner as HTML: Markdown without raw HTML, cleaned after, links to this site, https, mail, phone."""

from __future__ import annotations

import re
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS: Final = frozenset(
    ["p", "br", "strong", "em", "ul", "ol", "li", "h2", "h3", "h4", "a", "code", "blockquote", "hr"]
)
_CLASSES: Final = {
    "p": "govuk-body",
    "a": "govuk-link",
    "ul": "govuk-list govuk-list--bullet",
    "ol": "govuk-list govuk-list--number",
    "h2": "govuk-heading-m",
    "h3": "govuk-heading-s",
    "h4": "govuk-heading-s",
    "hr": "govuk-section-break govuk-section-break--visible",
    "blockquote": "govuk-inset-text",
}
_MARKS: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!<>|~&:=])")


def escape_markdown(text: str) -> str:
    """Data put into an owner's Markdown stays data: every mark is escaped, line ends become spaces."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def markdown(text: str) -> Markup:
    """The HTML of an owner's text. A first-level heading becomes a second: the page has its own."""
    html = MarkdownIt("commonmark", {"html": False}).render(text)
    html = html.replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    clean = nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={"a": {"href"}},
        attribute_filter=_link,
        url_schemes={"https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )
    for tag, classes in _CLASSES.items():
        clean = re.sub(rf"<{tag}(?=[ >])", f'<{tag} class="{classes}"', clean)
    return Markup(clean)  # noqa: S704  # nh3 cleaned it against the positive list above


def _link(tag: str, attribute: str, value: str) -> str | None:
    """Addresses without a scheme must lie on this site: `/path` or `#place`."""
    if re.match(r"[a-z][a-z0-9+.-]*:", value, re.IGNORECASE):
        return value
    local = value.startswith("#") or (value.startswith("/") and not value.startswith(("//", "/\\")))
    return value if local and not any(c in value for c in "\\\t\r\n") and "/%2f" not in value.lower() else None
