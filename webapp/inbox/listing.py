"""The list of tasks as the page shows it: rows in words, tabs with counts, filters that live in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from engine import inbox
from engine.engine import Engine
from engine.inbox import Filters, Order
from engine.shapes import place_in
from engine.tally import Counts, counts
from webapp.authorize import Viewer
from webapp.dates import day, read_moment
from webapp.inbox.due import Due, due
from webapp.inbox.finding import narrowed
from webapp.inbox.team import in_their_hands
from webapp.operations.diagrams import element_name
from webapp.operations.names import names_of
from webapp.operations.subjects import subjects_of
from webapp.process_titles import number_beside, processes
from webapp.words import _
from workflows.association.role_names import ROLES, role_name

Tab = Literal["mine", "later", "queue", "team", "archive"]
TABS: tuple[Tab, ...] = ("mine", "later", "queue", "team", "archive")
COUNTED: Final[Mapping[str, str]] = {"mine": "mine", "later": "later", "queue": "unclaimed"}  # figures of tabs
ORDERS: tuple[Order, ...] = ("due", "priority", "oldest", "newest")
PAGE = 40
SOME_TASK = str(UUID(int=0))  # stands in the address of a task for each row's own
LONGEST_SEARCH = 80
ORDINARY = 50  # the priority of a task about which nothing is said (dialect §10)


@dataclass(frozen=True, slots=True)
class Row:
    """One task of the list."""

    id: UUID
    url: str
    title: str
    subject: str
    case_title: str
    due: Due
    who: str
    back: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class TabLink:
    title: str
    url: str
    count: str
    current: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything that the left side of the inbox shows."""

    tab: Tab
    filters: Filters
    query: Mapping[str, Any]
    rows: Sequence[Row]
    tabs: Sequence[TabLink]
    roles: Sequence[tuple[str, str]]
    processes: Sequence[tuple[str, str]]
    late: str
    waiting: int
    selectable: bool
    url: str
    next_url: str | None
    pulse_url: str

    @property
    def filtered(self) -> int:
        """How many filters are set, the search aside."""
        return sum(map(bool, (self.filters.role, self.filters.process_id, self.filters.late)))


def asked(args: MultiDict[str, str]) -> tuple[Tab, Filters, str | None]:
    """Tab, filters and place from the address; what cannot be read counts as not asked."""
    said = args.to_dict()  # a MultiDict makes an exception for every name that is not there
    tab, role = said.get("tab", "mine"), said.get("role")
    filters = Filters(
        role=role if role in ROLES else None,
        process_id=said.get("process", "")[:200] or None,
        late=said.get("late") == "1",
        text=" ".join(said.get("q", "").replace("\x00", "").split())[:LONGEST_SEARCH],
        order=next((each for each in ORDERS if each == said.get("sort")), "due"),
    )
    return next((each for each in TABS if each == tab), "mine"), filters, said.get("after")


def query_of(tab: Tab, filters: Filters) -> dict[str, Any]:
    """The address's parameters for this list."""
    said = {
        "tab": tab if tab != "mine" else "",
        "role": filters.role or "",
        "process": filters.process_id or "",
        "late": "1" if filters.late else "",
        "q": filters.text,
        "sort": filters.order if filters.order != "due" else "",
    }
    return {name: value for name, value in said.items() if value}


def listing_of(
    session: Session,
    engine: Engine,
    viewer: Viewer,
    language: str,
    tab: Tab,
    filters: Filters,
    after: str | None = None,
) -> Listing:
    """The list of this viewer: a page of it, and how many tasks each tab holds."""
    now = engine.clock.now()
    filters = narrowed(session, engine, filters, language)
    rows = _found(session, viewer, tab, replace(filters, now=now), after)
    figures = counts(session, viewer.actor, now, replace(filters, now=now))
    query = query_of(tab, filters)
    names = names_of(session, (row.assignee for row in rows))
    subjects = subjects_of(session, engine, (row.instance_id for row in rows[:PAGE]))
    url = url_for("inbox.task", task_id=SOME_TASK, **query)
    more = rows[PAGE - 1] if len(rows) > PAGE else None
    return Listing(
        tab=tab,
        filters=filters,
        query=query,
        rows=[_row(session, engine, viewer, language, url, names, subjects, row, now) for row in rows[:PAGE]],
        tabs=_tabs(tab, filters, _figures(figures, viewer)),
        roles=[(key, role_name(key, language)) for key in sorted(viewer.actor.roles) if key in ROLES],
        processes=processes(session, language),
        late=figures.said("late") if figures.late and tab == "mine" else "",
        waiting=figures.unclaimed,
        selectable=viewer.staff and tab != "archive" and bool(rows),
        url=url_for("inbox.listing", **query),
        next_url=None if more is None else url_for("inbox.listing", **query, after=_place_of(more, tab, filters)),
        pulse_url=url_for("inbox.pulse", **query, seen=now.isoformat()),
    )


def next_task(
    session: Session,
    engine: Engine,
    viewer: Viewer,
    language: str,
    tab: Tab,
    filters: Filters,
    place: inbox.Place | None,
) -> UUID | None:
    """The task after this place of the list, else the list's first; of my own list's, at last the queue's first."""
    chosen = replace(narrowed(session, engine, filters, language), now=engine.clock.now())
    lists = [inbox.inbox, inbox.queue] if tab == "mine" else [inbox.queue]
    places = [(lists[0], place)] if place is not None else []
    for rows_of, after in [*places, *((each, None) for each in lists)]:
        rows = rows_of(session, viewer.actor, chosen, after, limit=1)
        if rows:
            return rows[0].id
    return None


def _found(session: Session, viewer: Viewer, tab: Tab, filters: Filters, after: str | None) -> Sequence[inbox.Row]:
    """A page and one row more."""
    place = _read_place(after, "newest" if tab == "archive" else filters.order)
    if tab == "team":
        return in_their_hands(session, viewer, filters, place, limit=PAGE + 1) if viewer.staff else []
    if tab in {"mine", "later"}:
        shown = replace(filters, postponed=tab == "later")
        return inbox.inbox(session, viewer.actor, shown, place, limit=PAGE + 1)
    if tab == "queue":
        return inbox.queue(session, viewer.actor, filters, place, limit=PAGE + 1)
    return inbox.archive(session, viewer.actor, filters, place, limit=PAGE + 1)


def _place_of(row: inbox.Row, tab: Tab, filters: Filters) -> str:
    place = row.closed_place if tab == "archive" else place_in(filters.order, row)
    return "~".join(each.isoformat() if isinstance(each, datetime) else str(each) for each in place)


def _read_place(after: str | None, order: Order) -> inbox.Place | None:
    """Where the page before ended; None for what no page of ours wrote."""
    number: list[Callable[[str], object]] = [_read_priority] if order == "priority" else []
    moments = [read_moment] * (1 if order in {"oldest", "newest"} else 2)
    try:
        readers = zip([*number, *moments, UUID], (after or "").split("~"), strict=True)
        return tuple(read(text) for read, text in readers)
    except ValueError:
        return None


def _read_priority(text: str) -> int:
    """The priority of a place, from -100 to 0. Raises ValueError."""
    if int(text) not in range(-100, 1):
        raise ValueError(text)
    return int(text)


def _row(
    session: Session,
    engine: Engine,
    viewer: Viewer,
    language: str,
    url: str,
    names: Mapping[str, str],
    subjects: Mapping[UUID, str],
    found: inbox.Row,
    now: datetime,
) -> Row:
    others = found.assignee is not None and found.assignee not in viewer.identities
    title = found.title_in(language)
    return Row(
        id=found.id,
        url=url.replace(SOME_TASK, str(found.id)),
        title=element_name(session, engine, found.definition_id, found.element, language),
        subject=subjects.get(found.instance_id, ""),
        case_title=" · ".join(each for each in (title, number_beside(title, found.business_key)) if each),
        due=_when(session, found, now, engine),
        who=names[str(found.assignee)] if others else "",
        urgent=found.priority > ORDINARY and found.state == "created",
        back=_("back on %(day)s", day=day(found.follow_up_at)) if _put_off(found, now) else "",
    )


def _put_off(found: inbox.Row, now: datetime) -> bool:
    """Whether it comes back some day: what was completed in the meantime does not."""
    return found.state == "created" and found.follow_up_at is not None and found.follow_up_at > now


def _when(session: Session, found: inbox.Row, now: datetime, engine: Engine) -> Due:
    """Until when an open task waits; when a closed one was closed."""
    if found.closed_at is not None:
        return Due(day(found.closed_at), "none", found.closed_at)
    return due(found.due_at, now, engine.settings.staff_calendar(session).between)


def _figures(figures: Counts, viewer: Viewer) -> Mapping[str, str]:
    """The lists of this viewer with how many tasks each holds, where that is counted."""
    team = {"team": ""} if viewer.staff else {}
    return {tab: figures.said(figure) for tab, figure in COUNTED.items()} | team | {"archive": ""}


def _tabs(current: Tab, filters: Filters, figures: Mapping[str, str]) -> list[TabLink]:
    titles = {
        "mine": _("Mine"), "later": _("Later"), "queue": _("Queue"), "team": _("Colleagues’"), "archive": _("Archive"),
    }  # fmt: skip
    return [
        TabLink(titles[tab], url_for("inbox.listing", **query_of(tab, filters)), figures[tab], tab == current)
        for tab in TABS
        if tab in figures and (tab != "later" or figures["later"] not in {"", "0"} or current == "later")
    ]
