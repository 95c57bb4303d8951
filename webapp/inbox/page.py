"""Drawing the inbox with one open task; and which task comes after it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, request
from sqlalchemy.orm import Session

from engine import inbox
from engine.errors import AmicaleError, TaskClosed, TaskTaken
from engine.inbox import Filters
from engine.models import UserTask
from engine.shapes import place_in
from engine.transaction import reading
from webapp import authorize, task_work
from webapp.auth import current, engine
from webapp.comments import mentions
from webapp.errors import in_words
from webapp.inbox import moving_back, saved
from webapp.inbox.context import context_of
from webapp.inbox.listing import Listing, Tab, asked, listing_of, next_task, query_of
from webapp.inbox.task_page import view_of
from webapp.inbox.undoing import offer, offers_of
from webapp.operations.names import names_of
from webapp.task_work import FormReplaced, Work
from webapp.viewer import viewer
from webapp.words import _, language


@dataclass(frozen=True, slots=True)
class ConflictWords:
    """Why an act could not be done, for the head of the page."""

    title: str
    text: str


def show(
    task_id: UUID,
    *,
    work: Work | None = None,
    conflict: AmicaleError | None = None,
    fresh: bool = False,
) -> str:
    """The page of a task. After a refused POST `work` holds what was typed; `fresh`: the POST was of another task."""
    spoken = language()
    tab, filters, after = asked(request.args)
    with reading(engine()) as reader:
        task = authorize.task(reader, viewer(), "read", task_id)
        opened = work or task_work.open_work(reader, engine(), viewer(), task, spoken)
        listing = listing_of(reader, engine(), viewer(), spoken, tab, filters, after)
        return render_template(
            "inbox/page.html",
            listing=listing,
            task=view_of(reader, engine(), viewer(), task, opened, spoken),
            context=context_of(reader, engine(), viewer(), opened.case, opened.variables, spoken),
            work=opened,
            ticked=(),
            conflict=None if conflict is None else words_of(reader, conflict, typed=opened.typed_in),
            undo=offer(reader, viewer(), task),
            moved=moving_back.offer(reader, viewer()),
            **extras(reader, listing),
            request_key=(not fresh and request.form.get("request_key")) or task_work.new_key(),
        )


def show_list(ticked: Collection[UUID] = ()) -> str:
    """The page of the list alone. `ticked`: what stays selected after an act on it was refused."""
    tab, filters, after = asked(request.args)
    with reading(engine()) as reader:
        shown = listing_of(reader, engine(), viewer(), language(), tab, filters, after)
        return render_template(
            "inbox/page.html", listing=shown, task=None, ticked=ticked, undo=offer(reader, viewer()),
            moved=moving_back.offer(reader, viewer()), **extras(reader, shown),
        )  # fmt: skip


def extras(reader: Session, listing: Listing) -> dict[str, Any]:
    """What stands beside a list: what of the archive can be taken back; for staff also kept filters with their counts,
    and comments that name them."""
    closed = [row.id for row in listing.rows] if listing.tab == "archive" else []
    undoable = offers_of(reader, viewer(), closed)
    if not viewer().staff:
        return {"saved": (), "named": (), "undoable": undoable}
    person_id, spoken = current().person_id, language()
    kept = saved.shown(reader, engine(), viewer(), person_id, spoken, dict(listing.query))
    return {"undoable": undoable, "saved": kept, "named": mentions.unseen(reader, person_id, spoken)}


def words_of(session: Session, conflict: AmicaleError, *, typed: bool = True) -> ConflictWords:
    """A conflict with the other person's name: “Anna Roux already took this task”. `typed`: something was typed."""
    if isinstance(conflict, TaskTaken):
        other = str(conflict.params.get("assignee"))
        title = _("%(name)s already took this task", name=names_of(session, [other])[other])
    elif isinstance(conflict, TaskClosed):
        other = str(conflict.params.get("closed_by"))
        if conflict.params.get("state") == "canceled":
            title = _("This task is no longer needed")
        else:
            title = _("%(name)s already completed this task", name=names_of(session, [other])[other])
    else:
        title = in_words(conflict)
    text = _("Nothing was changed. What you typed is still here.") if typed else _("Nothing was changed.")
    if isinstance(conflict, FormReplaced):
        text = _("Nothing was sent. What you typed is still here.")
    return ConflictWords(title, text)


@dataclass(frozen=True, slots=True)
class Stood:
    """Where a task stands in the lists. Read before it is completed: a savepoint that was undone forgets its row."""

    in_queue: bool
    place: inbox.Place
    tab: Tab
    filters: Filters

    @classmethod
    def of(cls, task: UserTask) -> Stood:
        """The place of a task that is about to be completed, in the list that the page shows."""
        tab, filters, _after = asked(request.args)
        return cls(task.assignee is None, place_in(filters.order, task), tab, filters)

    @property
    def query(self) -> dict[str, Any]:
        """That list, as parameters of an address."""
        return query_of(self.tab, self.filters)


def following(done: Stood) -> UUID | None:
    """The task that stood after this completed one in the list, else the first one of mine, else of the queue."""
    if done.tab in {"archive", "later", "team"}:
        return None
    here = engine()
    with reading(here) as reader:
        place = done.place if done.in_queue == (done.tab == "queue") else None
        return next_task(reader, here, viewer(), language(), done.tab, done.filters, place)
