"""The figures by which events are run: dated rows that the events office decides. Domain §P4.5."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from workflows.association import parameters
from workflows.association.parameters import Column, Row, Table

RULES: Final = Table(
    "event_rule", "Événements : délais et seuils", "Events: delays and thresholds",
    (Column("number", "integer", "Nombre", "Number", minimum=0, maximum=10_000),),
    (
        Row("series", "Dates d’une série, au plus", "Dates of a series, at most", 12),
        Row("longest", "Durée la plus longue (jours)", "Longest event (days)", 15),
        Row("seats", "Places par inscription, au plus", "Seats of a registration, at most", 4),
        Row("waiting", "Liste d’attente, au plus", "Waiting list, at most", 50),
        Row("draft", "Proposition à revoir, abandon (jours)", "Returned proposal, dropped (days)", 30),
        Row("publish", "Page publiée : jours avant, au plus tard", "Page published: days before, at the latest", 21),
        Row("publish_warning", "Page à publier, rappel : jours avant", "Page due, reminder: days before", 28),
        Row("checklist", "Liste de contrôle : jours avant", "Checklist: days before", 14),
        Row("go_no_go", "Maintien à décider : jours avant", "Go or no-go: days before", 7),
        Row("reminder_1", "Premier rappel : jours avant", "First reminder: days before", 7),
        Row("reminder_2", "Dernier rappel : jours avant", "Last reminder: days before", 1),
        Row("list_opens", "Liste des inscrits, ouverture : jours avant", "List of attendees opens: days before", 2),
        Row("list_closes", "Liste des inscrits, clôture : jours après", "List of attendees closes: days after", 1),
        Row("thanks", "Remerciement et avis : jours après", "Thanks and survey: days after", 1),
        Row("opinion", "Avis attendu (jours)", "Opinion awaited (days)", 14),
        Row("purge", "Régimes et accès effacés : jours après", "Diets and access needs erased: days after", 7),
        Row("report", "Compte rendu attendu : jours après", "Report due: days after", 10),
        Row("report_first", "Premier rappel du compte rendu (jours)", "First reminder of the report (days)", 7),
        Row("report_second", "Second rappel du compte rendu (jours)", "Second reminder of the report (days)", 12),
        Row("report_block", "Sans compte rendu, blocage (jours)", "Without a report, blocked (days)", 30),
        Row("incident_hours", "Incident à signaler (heures)", "Incident to be told within (hours)", 24),
        Row("insurer_days", "Assureur prévenu (jours ouvrés)", "Insurer told within (working days)", 5),
        Row("theft_days", "Assureur prévenu d’un vol (jours ouvrés)", "Insurer told of a theft (working days)", 2),
        Row("accounts", "Clôture des comptes : jours après", "Accounts closed: days after", 45),
        Row("accounts_margin", "Perte en plus, sans le trésorier (euros)",
            "Further loss without the treasurer (euros)", 50),
        Row("payment_minutes", "Place tenue pour payer (minutes)", "Seat held for paying (minutes)", 30),
        Row("confirm_hours", "Adresse d’un visiteur à confirmer (heures)", "Visitor’s address to confirm (hours)", 48),
        Row("hand_over_hours", "Céder sa place : heures avant, au plus tard", "Seat handed over: hours before", 2),
        Row("hand_over_anyway", "Céder même si l’on attend : jours avant", "Handed over though people wait: days", 2),
        Row("overlap", "Événements voisins signalés : jours", "Neighbouring events pointed out: days", 1),
        Row("certificate", "Attestation d’assurance : jours avant", "Insurance certificate: days before", 15),
    ),
    about_fr="Ce qui règle la vie d’un événement. Les seuils d’approbation sont dans les tables de décision.",
    about_en="What rules the life of an event. The thresholds of approval stand in the decision tables.",
    owner="EVENTS",
    processes=(
        "event_proposal", "event_publication", "event_registration", "event_report", "event_visitor", "event_incident",
    ),
)  # fmt: skip

RATES: Final = Table(
    "event_rate", "Événements : barèmes", "Events: rates",
    (Column("amount", "amount", "Montant", "Amount", minimum=0, maximum=10),),
    (Row("KM", "Kilomètre en voiture", "Kilometre by car", "0.40"),),
    about_fr="Ce qui est remboursé par kilomètre.", about_en="What is paid back for a kilometre.",
    owner="FINANCE", processes=("event_expense",),
)  # fmt: skip


def kilometre(session: Session, on: date) -> Decimal:
    """What a kilometre by car is paid back with, in euros."""
    return parameters.amount(session, RATES, "KM", "amount", on=on)


def rule(session: Session, key: str, on: date) -> int:
    """A figure of the rules as it holds on a day."""
    return parameters.count(session, RULES, key, "number", on=on)
