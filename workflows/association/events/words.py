"""Events in words, French and English: for forms, mails and pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from workflows.association import wording
from workflows.association.calendars import appointments
from workflows.association.calendars.spoken import moment, moment_for
from workflows.association.events import records
from workflows.association.events.records import COST, INCOME, Event
from workflows.association.groups import Group

Words = Mapping[str, tuple[str, str]]
KINDS: Final[Words] = {
    "AFTERWORK": ("afterwork", "after-work drinks"),
    "TALK": ("conférence", "talk"),
    "VISIT": ("visite", "visit"),
    "DINNER": ("dîner", "dinner"),
    "GALA": ("gala", "gala"),
    "SPORT": ("sport", "sport"),
    "TRIP": ("voyage", "trip"),
    "CULTURE": ("culture", "culture"),
    "REUNION": ("retrouvailles", "reunion"),
    "OTHER": ("autre", "other"),
}
TIERS: Final[Words] = {
    "LIGHT": ("léger : accordé d’office", "light: approved at once"),
    "STANDARD": ("courant", "standard"),
    "HEAVY": ("lourd", "heavy"),
    "BLOCKED": ("organisateur bloqué", "organiser blocked"),
}
ALCOHOL: Final[Words] = {
    "NONE": ("sans alcool", "no alcohol"),
    "FREE": ("alcool offert", "alcohol offered"),
    "SOLD": ("alcool vendu", "alcohol sold"),
}
SPEAKERS: Final[Words] = {
    "OUTSIDE": ("intervenant extérieur", "outside speaker"),
    "POLITICAL": ("personnalité politique", "political figure"),
}
FLAGS: Final[Words] = {
    "adventure": ("sport, voyage ou bateau", "sport, travel or boat"),
    "road": ("voie publique", "public road"),
    "minors": ("présence de mineurs", "minors present"),
    "music": ("musique diffusée", "music played"),
    "artists": ("artistes rémunérés", "paid artists"),
    "recording": ("enregistrement ou direct", "recording or live stream"),
    "media": ("presse présente", "media present"),
}
BUDGET: Final[Words] = {
    "VENUE": ("lieu", "venue"),
    "CATERING": ("repas et boissons", "food and drinks"),
    "SPEAKER": ("intervenant, artiste", "speaker, artist"),
    "TRANSPORT": ("transport", "transport"),
    "EQUIPMENT": ("matériel et technique", "equipment"),
    "PRINT": ("impression et communication", "print and communication"),
    "INSURANCE": ("assurance et démarches", "insurance and permits"),
    "GRANT": ("subvention", "grant"),
    "SPONSOR": ("sponsor", "sponsor"),
    "OTHER": ("autre", "other"),
}
PRICES: Final[Words] = {
    "MEMBER": ("membre", "member"),
    "STUDENT": ("étudiant", "student"),
    "GUEST": ("invité", "guest"),
    "PUBLIC": ("non-membre", "non-member"),
}
PERMITS: Final[Words] = {
    "ROAD": ("déclaration à la mairie ou à la préfecture", "declaration to the town hall or prefecture"),
    "DRINKS": ("licence temporaire de débit de boissons", "temporary drinks licence"),
    "CROWD": ("déclaration préalable, plus de 1 500 personnes", "prior declaration, more than 1,500 people"),
    "MUSIC": ("déclaration des droits de diffusion", "declaration of music rights"),
    "INSURANCE": ("attestation d’assurance pour l’événement", "insurance certificate for the event"),
    "SHOW": ("déclaration de spectacle occasionnel", "declaration of an occasional show"),
    "MINORS": ("autorisations parentales et honorabilité", "guardians’ forms and honorability"),
    "RECORDING": ("autorisation de captation des intervenants", "speakers’ consent to recording"),
    "ABROAD": ("assurance et entité juridique locales", "local insurance and legal entity"),
}
DECISIONS: Final[Words] = {
    "APPROVE": ("accord", "approved"),
    "CONDITIONS": ("accord sous conditions", "approved on conditions"),
    "RETURN": ("à revoir", "returned"),
    "REFUSE": ("refus", "refused"),
}
INCIDENTS: Final[Words] = {
    "ACCIDENT": ("accident ou malaise", "accident or illness"),
    "DAMAGE": ("dégât", "damage"),
    "THEFT": ("vol", "theft"),
    "CONDUCT": ("comportement, plainte", "conduct, complaint"),
    "OTHER": ("autre incident", "other incident"),
}
STATES: Final[Words] = {
    "PROPOSED": ("en cours d’accord", "being approved"),
    "PUBLISHED": ("publié", "published"),
    "REVIEW": ("changement à l’étude", "change under review"),
    "REFUSED": ("refusé", "refused"),
    "DROPPED": ("abandonné", "dropped"),
    "CANCELLED": ("annulé", "cancelled"),
    "ENDED": ("passé", "past"),
}

_STAYS: Final = (
    "L’événement reste comme il était, et les inscrits gardent leur place.",
    "The event stays as it was, and those who registered keep their seats.",
)
_OTHER_DAY: Final = (
    "Le nouveau jour n’est pas accordé : l’événement ne peut pas avoir lieu ce jour-là. Choisissez-en un autre ou "
    "annulez depuis la page de l’événement ; d’ici là, les inscrits gardent leur place.",
    "The new day is not approved: the event cannot take place on it. Choose another one or call the event off on its "
    "page; until then, those who registered keep their seats.",
)


def said(words: Words, key: str, lang: str) -> str:
    """A word of a list; the key itself where the list has none."""
    found = words.get(key)
    return key if found is None else found[1 if lang == "en" else 0]


def when(session: Session, event: Event, lang: str, zones: Sequence[ZoneInfo] = ()) -> str:
    """The first date that stands, by the reader's hour too where `zones` name another, and how many follow."""
    coming = [each for each in records.dates(session, event) if each.state != appointments.CANCELLED]
    start = coming[0].starts_at if coming else datetime.combine(event.day, event.begins, ZoneInfo(event.zone))
    told = moment_for(start, zones, lang) if zones else moment(start, lang)
    more = (len(coming) or event.repeats) - 1
    if more <= 0:
        return told
    several = "s" if more > 1 else ""
    others = f"and {more} more date{several}" if lang == "en" else f"et {more} autre{several} date{several}"
    return f"{told}, {others}"


def place(event: Event, lang: str) -> str:
    """Where it is held, also that this is told later."""
    if event.online:
        return event.place or ("online" if lang == "en" else "en ligne")
    return event.place or ("to be told" if lang == "en" else "à préciser")


def seats(count: int, lang: str) -> str:
    """“2 places”."""
    word = "seat" if lang == "en" else "place"
    return f"{count} {word}s" if count > 1 else f"{count} {word}"


def group(session: Session, event: Event, lang: str) -> str:
    """The group that holds it, and the one that helps; the association where there is none."""
    found = [session.get(Group, each) for each in (event.group_id, event.co_group_id) if each is not None]
    names = [each.name(lang) for each in found if each is not None]
    return " + ".join(names) or ("the association" if lang == "en" else "l’association")


def risks(event: Event, lang: str) -> str:
    """What an approver has to know at a glance."""
    parts = [said(ALCOHOL, event.alcohol, lang)]
    if event.speaker != "NONE":
        parts.append(said(SPEAKERS, event.speaker, lang))
    parts += [said(FLAGS, name, lang) for name in FLAGS if getattr(event, name)]
    if event.sponsor:
        parts.append(f"sponsor: {event.sponsor}" if lang == "en" else f"sponsor : {event.sponsor}")
    return " · ".join(parts)


def budget(session: Session, event: Event, lang: str) -> str:
    """The budget, a line each, with its two sums."""
    sign = ": " if lang == "en" else " : "
    rows = [
        f"{'−' if line.side == COST else '+'} {said(BUDGET, line.label, lang)}{sign}{wording.amount(line.amount, lang)}"
        for line in records.lines(session, event.id)
    ]
    costs, income = (wording.amount(records.total(session, event.id, side), lang) for side in (COST, INCOME))
    exposed = wording.amount(records.exposure(session, event.id), lang)
    if lang == "en":
        rows.append(f"Costs {costs} · firm income {income} · at risk {exposed}")
    else:
        rows.append(f"Dépenses {costs} · recettes assurées {income} · exposition {exposed}")
    return "\n".join(rows)


def price_words(session: Session, event: Event, lang: str) -> str:
    """The prices in a line."""
    paid = {key: amount for key, amount in records.prices(session, event.id).items() if amount > 0}
    if not paid:
        return seat_price(Decimal(0), lang)
    return " · ".join(f"{said(PRICES, key, lang)} {wording.amount(amount, lang)}" for key, amount in paid.items())


def seat_price(amount: Decimal, lang: str) -> str:
    """What a seat costs in words: nobody is asked for 0,00 €."""
    if amount > 0:
        return wording.amount(amount, lang)
    return "free" if lang == "en" else "gratuit"


def after_refusal(lang: str, *, date: bool) -> str:
    """What is left of an event when its change is refused; `date`: of one that was moved to a day that is refused."""
    if not date:
        return _STAYS[lang == "en"]
    return _OTHER_DAY[lang == "en"]
