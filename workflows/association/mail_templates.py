"""Mail texts: one Markdown file a template and language, `mails/<template>.<lang>.md`, with `$placeholders`.

The head of a file names its subject and kind; the body is Markdown. Values are escaped for Markdown before they enter
the HTML, and stand as they are in the plain text. There is no logic in a template: what varies is a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape as html_escape
from importlib import resources
from string import Template
from typing import ClassVar, Literal, get_args

from markdown_it import MarkdownIt

from engine.errors import Invalid

LANGUAGES = ("fr", "en")
# transactional: answers what its reader did, or the law asks for it; at once, and nobody can refuse it.
# notice: recalls or changes what was agreed for a later day (a session); by day where its reader lives, on any day, and
# nobody can refuse it; with all that waits, but it does not wait for tomorrow.
# reminder: asks for money or an act; by day, on working days, and not when it came meanwhile.
# news: by day, and to nobody who said no. Of reminders and news a person gets one mail a day, with all that waits.
MailKind = Literal["transactional", "notice", "reminder", "news"]
KINDS: tuple[MailKind, ...] = get_args(MailKind)
NOTICE: MailKind = "notice"
GATHERED: tuple[MailKind, ...] = ("reminder", "news")  # of which a person gets one a day
_FOLDER = resources.files("workflows.association") / "mails"
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+.!|<>~-])")
_ADDRESS = re.compile(r"(https?://[^\s<>\"»]*[^\s<>\"».,;:!?)])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_PAGE = (
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{title}</title></head>'
    '<body style="font-family:system-ui,Arial,sans-serif;font-size:16px;line-height:1.5;color:#0b0c0c;max-width:40em">'
    "{body}</body></html>"
)

_MARKDOWN = MarkdownIt("commonmark", {"html": False})


class MailTemplateRefused(Invalid):
    """The mail template “{template}” cannot be used in “{lang}”: {reason}."""

    code: ClassVar[str] = "mail_template_refused"


@dataclass(frozen=True, slots=True)
class MailTemplate:
    """A template in one language."""

    name: str
    lang: str
    subject: str
    kind: MailKind
    body: str

    @property
    def transactional(self) -> bool:
        """Whether it answers an act of its reader: it goes at once."""
        return self.kind == "transactional"

    @property
    def placeholders(self) -> frozenset[str]:
        """Every `$name` in the subject and the body."""
        return frozenset(Template(f"{self.subject}\n{self.body}").get_identifiers())


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is sent."""

    subject: str
    text: str
    html: str


def load(name: str, lang: str) -> MailTemplate:
    """Reads a template. Raises MailTemplateRefused where there is none or its head is not complete."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or lang not in LANGUAGES:
        raise MailTemplateRefused(template=name[:60], lang=lang, reason="there is no such template")
    file = _FOLDER / f"{name}.{lang}.md"
    if not file.is_file():
        raise MailTemplateRefused(template=name, lang=lang, reason="there is no such template")
    head, _, body = file.read_text(encoding="utf-8").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    kind = next((each for each in KINDS if each == fields.get("kind")), None)
    if not fields.get("subject") or kind is None:
        raise MailTemplateRefused(
            template=name, lang=lang, reason=f"its head needs subject and kind ({', '.join(KINDS)})"
        )
    return MailTemplate(name, lang, fields["subject"], kind, body.strip() + "\n")


def names() -> tuple[str, ...]:
    """Every template there is, sorted."""
    return tuple(sorted({file.name.split(".")[0] for file in _FOLDER.iterdir() if file.name.endswith(".md")}))


def render(template: MailTemplate, values: Mapping[str, str]) -> Rendered:
    """Fills a template. Raises MailTemplateRefused for a placeholder without value."""
    missing = sorted(template.placeholders - set(values))
    if missing:
        raise MailTemplateRefused(template=template.name, lang=template.lang, reason=f"no value for {missing[0]}")
    subject = one_line(Template(template.subject).substitute(values))
    escaped = {name: value if name == "link" else escape(value) for name, value in values.items()}
    body = _MARKDOWN.render(Template(template.body).substitute(escaped))
    text = _LINK.sub(r"\1 : \2" if template.lang == "fr" else r"\1: \2", Template(template.body).substitute(values))
    return Rendered(subject, text.replace("**", ""), page(subject, body, template.lang))


def page(title: str, body: str, lang: str) -> str:
    """The HTML part around a body that is already HTML."""
    return _PAGE.format(lang=lang, title=title.replace("&", "&amp;").replace("<", "&lt;"), body=body)


def paragraphs(text: str) -> str:
    """The HTML of a plain text: its paragraphs and lines, and its addresses as links."""
    return "\n".join(f"<p>{_linked(part)}</p>" for part in text.strip().split("\n\n"))


def _linked(text: str) -> str:
    """Every second part of the text is an address."""
    parts = map(html_escape, _ADDRESS.split(text))
    said = (f'<a href="{each}">{each}</a>' if number % 2 else each for number, each in enumerate(parts))
    return "".join(said).replace("\n", "<br>\n")


def one_line(text: str) -> str:
    """A text that may stand in a header: no line ends or other control characters (header injection)."""
    return _CONTROL.sub(" ", text).strip()


def escape(text: str) -> str:
    """A value as Markdown that means exactly this text."""
    return _SPECIAL.sub(r"\\\1", _CONTROL.sub(" ", text))
