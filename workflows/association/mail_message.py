"""The message of one mail, or of several that travel together: its headers, its text, its HTML.

RFC 5322 for the whole, RFC 8058 for the one click that stops the news. Several mails of a day are one message in the
reader's language: one greeting, each under its own subject, one signature.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, formataddr
from functools import lru_cache
from html import escape
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

from workflows.association.mail_templates import Rendered, one_line, page
from workflows.association.mails import Mail
from workflows.association.settings import Association
from workflows.association.unsubscribe import ONE_CLICK

__all__ = ["compose", "message_id", "together"]

_DOT_ATOM: Final = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_BODY: Final = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
_SEVERAL: Final = {"fr": "{name} : {count} messages pour vous", "en": "{name}: {count} messages for you"}
_STOP: Final = {
    "fr": ("Vous recevez les nouvelles de {name}.", "Ne plus les recevoir"),
    "en": ("You receive the news of {name}.", "Stop receiving them"),
}


class _Headers(HeaderRegistry):
    """Headers whose values are parsed once: most are those of the message before (sender, day, subject, types)."""

    @lru_cache(maxsize=512)  # noqa: B019 - there is one registry, as long as the process
    def __call__(self, name: str, value: str) -> Any:
        return super().__call__(name, value)


_POLICY: Final = EmailPolicy(header_factory=_Headers())


def message_id(key: str, sender: str) -> str:
    """The same Message-ID for the same key, within the sender's domain: the key, where RFC 5322 §3.6.4 admits it."""
    domain = sender.rpartition("@")[2]
    local = key if _DOT_ATOM.fullmatch(key) else uuid5(NAMESPACE_OID, key).hex
    return f"<{local}@{domain}>"


def compose(loaded: Sequence[Mail], association: Association, now: datetime) -> EmailMessage:
    """The message as it leaves; `loaded` is the mail and those that travel with it.

    The policy of `email` refuses line ends in headers; they were taken out before.
    """
    mail, rendered = loaded[0], together(loaded, association)
    message = EmailMessage(_POLICY)
    message["From"] = formataddr((one_line(association.name), association.mail_from))
    message["To"] = mail.to_address
    if association.replies.mailbox:
        message["Reply-To"] = association.replies.of(mail.id)
    message["Subject"] = one_line(rendered.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = mail.message_id or message_id(mail.key, association.mail_from)
    message["Content-Language"] = mail.lang
    message["Auto-Submitted"] = "auto-generated"
    news = next((each for each in loaded if each.kind == "news" and each.person_id is not None), None)
    link = association.unsubscribe.of(news.id) if news is not None else ""
    if link:
        message["List-Unsubscribe"] = f"<{link}>"
        message[ONE_CLICK[0]] = ONE_CLICK[1]
        rendered = _with_a_way_out(rendered, link, association.name, mail.lang)
    message.set_content(rendered.text)
    message.add_alternative(rendered.html, subtype="html")
    for each in loaded:
        if each.calendar:
            _carry(message, each.calendar, alone=len(loaded) == 1)
    return message


def _carry(message: EmailMessage, calendar: str, *, alone: bool) -> None:
    """Puts an invitation into a mail, as an alternative of its text where it is the only one (RFC 6047 §2.4, §4)."""
    method = "CANCEL" if "\nMETHOD:CANCEL" in calendar else "REQUEST"
    if alone:
        message.add_alternative(calendar, subtype="calendar", params={"method": method})
        return
    message.add_attachment(calendar, subtype="calendar", params={"method": method}, filename="invitation.ics")


def together(loaded: Sequence[Mail], association: Association) -> Rendered:
    """One mail as it is; of several, one text that holds them all, in the language of the first."""
    if len(loaded) == 1:
        return Rendered(loaded[0].subject, loaded[0].text, loaded[0].html)
    lang = loaded[0].lang
    subject = _SEVERAL[lang].format(name=association.name, count=len(loaded))
    texts = [each.text.strip().split("\n\n") for each in loaded]
    bodies = [_body(each.html).strip().split("\n") for each in loaded]
    titles = [one_line(each.subject) for each in loaded]
    text = _joined(texts, [f"— {title} —" for title in titles], "\n\n")
    html = _joined(bodies, [f"<h2>{escape(title)}</h2>" for title in titles], "\n")
    return Rendered(subject, f"{text}\n", page(subject, html, lang))


def _joined(parts: Sequence[list[str]], titles: Sequence[str], between: str) -> str:
    """The parts under their titles; a greeting or a signature that all share stands once, around them all."""
    long_enough = all(len(part) > 2 for part in parts)
    greeting = [parts[0][0]] if long_enough and len({part[0] for part in parts}) == 1 else []
    signature = [parts[0][-1]] if long_enough and len({part[-1] for part in parts}) == 1 else []
    inner = [part[len(greeting) : len(part) - len(signature)] for part in parts]
    told = [line for title, part in zip(titles, inner, strict=True) for line in (title, *part)]
    return between.join([*greeting, *told, *signature])


def _body(html: str) -> str:
    found = _BODY.search(html)
    return found.group(1) if found else html


def _with_a_way_out(rendered: Rendered, link: str, name: str, lang: str) -> Rendered:
    """The same with a line at its foot; it is not archived, since it would open what it names."""
    why, stop = _STOP[lang]
    why = why.format(name=one_line(name))
    line = f'<hr><p style="font-size:14px">{escape(why)} <a href="{escape(link)}">{escape(stop)}</a></p>'
    html = rendered.html.replace("</body>", f"{line}</body>") if "</body>" in rendered.html else rendered.html + line
    colon = " :" if lang == "fr" else ":"
    return Rendered(rendered.subject, f"{rendered.text.rstrip()}\n\n-- \n{why} {stop}{colon} {link}\n", html)
