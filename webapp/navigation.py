"""What the header offers to whom. One line a page; an endpoint that does not exist is a defect that a test finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from flask import request, url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

import workflows
from webapp.auth import SignedIn
from webapp.imports.wording import kinds_of
from webapp.person.facets import may_open

STUDIO = (
    "studio_drafts", "studio_cases", "studio_merging", "studio_migration", "studio_review", "studio_running",
    "studio_scenarios", "studio_tries", "studio_editor", "studio_forms", "studio_together",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the navigation: where it leads, its name, who sees it, which more blueprints it lights up for."""

    endpoint: str
    label: LazyString
    shown_to: Callable[[SignedIn], bool]
    others: tuple[str, ...] = ()

    @property
    def folders(self) -> tuple[str, ...]:
        """The blueprints whose pages light this entry up."""
        return (self.endpoint.split(".")[0], *self.others)


def everybody(person: SignedIn) -> bool:
    """Whoever is signed in."""
    return True


def with_a_role(person: SignedIn) -> bool:
    """Staff, elected people and volunteers: whoever may be given a task."""
    return bool(person.roles)


def works_here(person: SignedIn) -> bool:
    """Employed or elected people: whoever sees cases."""
    return person.staff


def oversees(person: SignedIn) -> bool:
    """Whoever answers for all of it."""
    return "GENERAL_DELEGATE" in person.roles


def decides_on_data(person: SignedIn) -> bool:
    """Whoever answers for what is kept of people."""
    return "DPO" in person.roles


def keeps_accounts(person: SignedIn) -> bool:
    """Whoever reads what the bank says."""
    return "FINANCE" in person.roles


def decides(person: SignedIn) -> bool:
    """Whoever decides figures, or answers for those who do."""
    return bool(person.roles & {"PROCESS_OWNER", "ADMIN", "GENERAL_DELEGATE", "TREASURER"})


def writes(person: SignedIn) -> bool:
    """Whoever changes mails and letters."""
    return bool(person.roles & {"PROCESS_OWNER", "ADMIN", "GENERAL_DELEGATE", "COMMS"})


def owns_processes(person: SignedIn) -> bool:
    """Whoever changes processes, or lets changes into force."""
    owning = {role for entry in workflows.catalogue() for role in entry.owner_roles}
    return bool(person.roles & (owning | {"PROCESS_OWNER", "ADMIN", "GENERAL_DELEGATE"}))


def runs_campaigns(person: SignedIn) -> bool:
    """Whoever looks after memberships."""
    return bool({"MEMBERSHIP", "GENERAL_DELEGATE"} & person.roles)


def brings_files(person: SignedIn) -> bool:
    """Whoever may bring in what existed before."""
    return bool(kinds_of(person))


def reads_indicators(person: SignedIn) -> bool:
    """Whoever answers for memberships."""
    return bool(person.roles & {"MEMBERSHIP", "GENERAL_DELEGATE", "TREASURER", "PRESIDENT"})


def keeps_gifts(person: SignedIn) -> bool:
    """Whoever works for the Foundation's gifts: nobody of the Association."""
    return bool(person.roles & {"FOUNDATION_GIFTS", "FOUNDATION_TREASURER"})


def appoints(person: SignedIn) -> bool:
    """Whoever gives mandates and ends them."""
    return bool(person.roles & {"GROUPS", "CAREERS_HEAD", "MENTORING", "GENERAL_DELEGATE", "ADMIN"})


def coordinates_mentoring(person: SignedIn) -> bool:
    """Whoever looks after mentors and mentees."""
    return bool(person.roles & {"MENTORING", "CAREERS_HEAD", "GENERAL_DELEGATE"})


def leads_cohorts(person: SignedIn) -> bool:
    """Whoever leads a career group, or works for the office of them."""
    leads = any(role.partition("@")[0] in {"FACILITATOR", "CO_FACILITATOR"} for role in person.roles)
    return leads or bool(person.roles & {"CAREERS_HEAD", "CAREERS_ASST"})


def looks_after_events(person: SignedIn) -> bool:
    """Whoever approves events, or pays for them."""
    return bool(person.roles & {"EVENTS", "GROUPS", "GENERAL_DELEGATE", "FINANCE", "COMMS", "TREASURER"})


@dataclass(frozen=True, slots=True)
class Menu:
    """A heading of the header that opens what stands together."""

    label: LazyString
    entries: tuple[Entry, ...]


ENTRIES: tuple[Entry | Menu, ...] = (
    Entry("inbox.listing", _("Inbox"), with_a_role),
    Entry("week.page", _("My Monday"), oversees),
    Entry("operations.cases", _("Cases"), works_here, ("timers", "unknown", "outgoing", "incidents")),
    Entry("person.search", _("People"), may_open, ("merging",)),
    Menu(
        _("Association"),
        (
            Entry("campaign.renewals", _("Renewals"), runs_campaigns),
            Entry("indicators.of_memberships", _("Indicators"), reads_indicators),
            Entry("imports.listing", _("Imports"), brings_files),
            Entry("mentoring.board", _("Mentorships"), coordinates_mentoring),
            Entry("cohorts.mine", _("Career groups"), leads_cohorts),
            Entry("events_office.calendar", _("Calendar of events"), looks_after_events),
            Entry("mandates.listing", _("Mandates"), appoints),
            Entry("privacy_desk.listing", _("Data requests"), decides_on_data),
        ),
    ),
    Menu(
        _("Money"),
        (
            Entry("finance.bank", _("Bank"), keeps_accounts, ("numbers",)),
            Entry("gift_desk.gifts", _("Gifts"), keeps_gifts),
            Entry("foundation_bank.bank", _("Bank of the Foundation"), keeps_gifts),
        ),
    ),
    Menu(
        _("Settings"),
        (
            Entry("parameters.tables", _("Parameters"), decides, ("parameter_paste",)),
            Entry("texts.listing", _("Texts"), writes),
            Entry("studio.catalogue", _("Studio"), owns_processes, STUDIO),
        ),
    ),
    Menu(
        _("For me"),
        (
            Entry("start.listing", _("Start"), everybody),
            Entry("journey.mine", _("My steps"), everybody),
            Entry("events.listing", _("Events"), everybody),
            Entry("calendars.page", _("My meetings"), everybody),
            Entry("mandates.mine", _("My mandates"), with_a_role),
            Entry("membership.page", _("My membership"), everybody, ("privacy", "data", "cards", "directory")),
            Entry("gifts.page", _("My gifts"), everybody),
        ),
    ),
)
IN_A_ROW = 6  # as many links as stand beside each other on a tablet held upright; whoever has more gets menus


@dataclass(frozen=True, slots=True)
class Place:
    """A link of the header, or a heading (without `href`) over links; `active` where the page belongs to it."""

    text: str
    href: str = ""
    active: bool = False
    places: Sequence[Place] = ()


def navigation(person: SignedIn | None) -> Sequence[Place]:
    """What the header offers to this person: links alone where they are few, else some of them under headings."""
    if person is None:
        return []
    lit = _lit(person, request.endpoint or "")
    shown = [(item, places) for item in ENTRIES if (places := _places(item, person, lit))]
    if sum(len(places) for _item, places in shown) <= IN_A_ROW:
        return [place for _item, places in shown for place in places]
    return [_gathered(item, places) for item, places in shown]


def entries() -> Iterator[Entry]:
    """Every entry, whatever it stands under."""
    for item in ENTRIES:
        yield from _held(item)


def _held(item: Entry | Menu) -> Sequence[Entry]:
    return (item,) if isinstance(item, Entry) else item.entries


def _lit(person: SignedIn, endpoint: str) -> Entry | None:
    """The one entry that the page belongs to: its own, else the first of its blueprint."""
    known = [entry for entry in entries() if entry.shown_to(person)]
    own = (entry for entry in known if entry.endpoint == endpoint)
    return next(own, next((entry for entry in known if endpoint.split(".")[0] in entry.folders), None))


def _places(item: Entry | Menu, person: SignedIn, lit: Entry | None) -> list[Place]:
    return [
        Place(str(entry.label), url_for(entry.endpoint), entry is lit)
        for entry in _held(item)
        if entry.shown_to(person)
    ]


def _gathered(item: Entry | Menu, places: list[Place]) -> Place:
    """A link, or a heading over several."""
    if len(places) == 1:
        return places[0]
    return Place(str(item.label), active=any(place.active for place in places), places=places)
