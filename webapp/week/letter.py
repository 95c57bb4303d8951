"""The words of Monday's mail: the page's numbers, what is late, the load of each role, the way to sign. No names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from html import escape
from typing import Final
from urllib.parse import urlencode

from babel.support import NullTranslations

from webapp.week.ahead import BY_CASE, day_words, first_days
from webapp.week.reckoning import Late, Week
from workflows.association.mail_templates import page
from workflows.association.role_names import role_name
from workflows.association.wording import amount

__all__ = ["Letter", "doer", "letter"]


def _(text: str) -> str:
    """Marks a text for the catalogues; it is put into words when the reader's language is known."""
    return text


SUBJECT: Final = _("Your Monday: %(late)d late, %(sign)d to sign")
LINES: Final = (
    _("To sign: %(sign)d"), _("Late tasks: %(late)d, in %(roles)d roles"),
    _("Promised within seven days: %(promised)d"), _("Money that came in seven days: %(received)s"),
    _("Money awaited: %(awaited)s"), _("Lines of the bank that belong to nothing yet: %(unmatched)d"),
    _("Steps that stand still: %(standing)d"),
)  # fmt: skip
AHEAD: Final = _("The coming four weeks")
LEGEND: Final = _(
    "Open tasks by the week in which they are due; after the plus sign those that running cases will open, by their "
    "dates and the usual way."
)
ROW: Final = _("%(role)s: %(weeks)s; without a date: %(undated)d")
LATE: Final = _("Late, by role")
LATE_ROW: Final = _("%(role)s: %(count)d, %(long)d of them by half their time again")
NAMED_LATER: Final = _("Whoever the case names")
ROLE, UNDATED, SIGN = _("Role"), _("Without a date"), _("Open the page of the week, and sign what waits there")
TABLE: Final = "border-collapse:collapse;width:100%;font-size:14px"
NAME: Final = "font-weight:normal;overflow-wrap:anywhere"
CELL: Final = "padding:4px 3px;border-bottom:1px solid #cecece;text-align:"


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str


def letter(week: Week, words: NullTranslations, language: str, now: datetime, zone: tzinfo, address: str) -> Letter:
    """Monday's mail in the reader's language; `address` is that of the page."""
    said = words.gettext
    told = _told(week, language)
    subject, lines = said(SUBJECT) % told, [said(each) % told for each in LINES]
    starts = [day_words(each, language) for each in first_days(now, zone)]
    rows = [
        said(ROW)
        % {"role": doer(each.role, said, language), "weeks": " · ".join(each.weeks()), "undated": each.undated}
        for each in week.loads
    ]
    ahead = "\n".join([said(LEGEND), " · ".join(starts), *rows])
    late = [(said(LATE_ROW) % _late(each, language), _late_page(address, each.role)) for each in week.late]
    told_late = [f"{said(LATE)}\n" + "\n".join(f"{line}\n{link}" for line, link in late)] if late else []
    text = "\n\n".join(["\n".join(lines), *told_late, f"{said(AHEAD)}\n{ahead}", f"{said(SIGN)}\n{address}"])
    listed = "".join(f'<li><a href="{escape(link)}">{escape(line)}</a></li>' for line, link in late)
    body = [
        f"<p>{'<br>'.join(map(escape, lines))}</p>",
        f'<p><a href="{escape(address)}"><b>{escape(said(SIGN))}</b></a></p>',
        f"<h2>{escape(said(LATE))}</h2><ul>{listed}</ul>" if late else "",
        f"<h2>{escape(said(AHEAD))}</h2><p>{escape(said(LEGEND))}</p>",
        f'<table style="{TABLE}">{"".join(_table(week, said, language, starts))}</table>',
    ]
    return Letter(subject, text, page(subject, "".join(body), language))


def doer(role: str, said: Callable[[str], str], language: str) -> str:
    """Who a load falls on, in words."""
    return said(NAMED_LATER) if role == BY_CASE else role_name(role, language)


def _told(week: Week, language: str) -> Mapping[str, object]:
    return {
        "late": week.late_in_all, "roles": len(week.late), "promised": week.promised_in_all, "sign": len(week.to_sign),
        "received": amount(week.money.received, language), "awaited": amount(week.money.awaited, language),
        "unmatched": week.money.unmatched, "standing": week.standing,
    }  # fmt: skip


def _late(each: Late, language: str) -> Mapping[str, object]:
    return {"role": role_name(each.role, language), "count": each.count, "long": each.long}


def _late_page(address: str, role: str) -> str:
    """Where what is late of this role is listed, with who has it."""
    return f"{address}/late?{urlencode({'role': role})}"


def _table(week: Week, said: Callable[[str], str], language: str, starts: list[str]) -> Iterator[str]:
    yield _row([said(ROLE), *starts, said(UNDATED)], "col", 'th scope="col"')
    for each in week.loads:
        yield _row([doer(each.role, said, language), *each.weeks(), str(each.undated)], "row", "td")


def _row(cells: list[str], scope: str, tag: str) -> str:
    first, *others = map(escape, cells)
    numbers = "".join(f'<{tag} style="{CELL}right">{each}</{tag.split()[0]}>' for each in others)
    return f'<tr><th scope="{scope}" style="{CELL}left;{NAME}">{first}</th>{numbers}</tr>'
