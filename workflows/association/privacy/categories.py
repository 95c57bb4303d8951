"""The register of processing (art. 30 GDPR): each category of data with its purpose, its basis and how long it is kept.

The tables say beside their columns which category they are (`engine.personal`); how long is a dated parameter
(`retention_rule`), so that the process owner decides it and the past can be read.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, Literal

from sqlalchemy.orm import Session

from workflows.association import parameters
from workflows.association.parameters import Choice, Column, Row, Table

__all__ = ["CATEGORIES", "RETENTION", "Category", "cutoff", "kept"]

Basis = Literal["CONTRACT", "LEGAL", "CONSENT", "INTEREST"]


@dataclass(frozen=True, slots=True)
class Category:
    """Why data of this kind are kept, for whom, and on which basis (art. 6 GDPR). `recipients`: who is given them."""

    key: str
    fr: str
    en: str
    purpose_fr: str
    purpose_en: str
    basis: Basis
    recipients: tuple[str, ...] = ("STAFF",)


def _categories(*rows: Category) -> Mapping[str, Category]:
    return MappingProxyType({row.key: row for row in rows})


CATEGORIES: Final = _categories(
    Category("record", "Fiche", "Record", "Savoir qui est membre et comment lui écrire",
             "To know who is a member and how to write to them", "CONTRACT"),
    Category("register", "Registre des diplômés", "Register of graduates",
             "Reconnaître un diplômé ; la source est l’école", "To recognise a graduate; the school is the source",
             "INTEREST", ("STAFF", "MEMBERS")),
    Category("membership", "Adhésion", "Membership", "Tenir l’adhésion, ses périodes et les droits qu’elle ouvre",
             "To keep the membership, its periods and what it opens", "CONTRACT"),
    Category("application", "Demande d’adhésion", "Application to join", "Instruire une demande d’adhésion",
             "To examine an application to join", "CONTRACT"),
    Category("proof", "Justificatifs", "Proofs", "Vérifier un diplôme ou une situation",
             "To check a diploma or a situation", "CONTRACT"),
    Category("draft", "Brouillons", "Drafts", "Ne pas perdre ce qui est en cours de saisie",
             "Not to lose what is being typed", "INTEREST"),
    Category("account", "Compte", "Account", "Se connecter", "To sign in", "CONTRACT"),
    Category("consent", "Choix", "Preferences", "Respecter et prouver les choix de chacun",
             "To respect and prove what each person chose", "LEGAL"),
    Category("case", "Dossiers", "Cases", "Mener une démarche et pouvoir en rendre compte",
             "To carry a matter through and to account for it", "CONTRACT"),
    Category("mail", "Messages", "Mails", "Écrire, répondre et prouver ce qui a été écrit",
             "To write, to answer and to prove what was written", "CONTRACT"),
    Category("notes", "Notes et avis", "Notes and opinions", "Se parler d’un dossier ; améliorer le service",
             "To talk about a case; to do better", "INTEREST"),
    Category("accounting", "Comptabilité", "Accounting", "Tenir les comptes (code de commerce, L123-22)",
             "To keep accounts (code de commerce, L123-22)", "LEGAL", ("STAFF", "AUDITORS", "BANK")),
    Category("mandate", "Mandats de prélèvement", "Direct-debit mandates",
             "Prouver qu’un prélèvement était autorisé (code monétaire et financier, L133-24)",
             "To prove that a debit was allowed (code monétaire et financier, L133-24)", "LEGAL", ("STAFF", "BANK")),
    Category("receipt", "Dons et reçus fiscaux", "Gifts and tax receipts",
             "Délivrer et justifier les reçus fiscaux (LPF, L102 B)", "To issue and prove tax receipts (LPF, L102 B)",
             "LEGAL", ("FOUNDATION", "TAX_OFFICE")),
    Category("gift", "Suivi des dons", "Gifts followed up", "Remercier et suivre les promesses de don",
             "To thank, and to follow what was pledged", "INTEREST", ("FOUNDATION",)),
    Category("election", "Votes", "Votes", "Prouver la régularité d’un vote", "To prove that a vote was regular",
             "LEGAL", ("COMMITTEE",)),
    Category("roles", "Fonctions", "Offices held", "Savoir qui agit pour l’association",
             "To know who acts for the association", "CONTRACT", ("STAFF", "MEMBERS")),
    Category("programme", "Parcours", "Programmes", "Mener un groupe, un mentorat ou un événement",
             "To run a cohort, a mentorship or an event", "CONTRACT", ("STAFF", "FACILITATORS")),
    Category("openings", "Consultations", "Who looked", "Déceler les consultations sans motif",
             "To find looks without a reason", "INTEREST", ("DPO",)),
    Category("import", "Reprises de fichiers", "Imports", "Pouvoir annuler une reprise",
             "To be able to undo an import", "INTEREST"),
    Category("merge", "Fusions de fiches", "Merges of records", "Pouvoir défaire une fusion de deux fiches",
             "To be able to undo the merge of two records", "INTEREST"),
    Category("work", "Actes du personnel", "Acts of staff", "Savoir qui a fait quoi", "To know who did what",
             "INTEREST"),
    Category("log", "Journaux techniques", "Technical logs", "Ne rien faire deux fois ; exploiter le service",
             "Not to do anything twice; to operate the service", "INTEREST", ("OPERATORS",)),
    Category("request", "Demandes sur les données", "Data-protection requests",
             "Répondre aux demandes et pouvoir le prouver", "To answer requests and to prove it", "LEGAL", ("DPO",)),
)  # fmt: skip

_UNITS: Final = (Choice("DAYS", "jours", "days"), Choice("MONTHS", "mois", "months"))


def _rule(key: str, number: int, unit: str, fr: str, en: str) -> Row:
    return Row(key, fr, en, number, unit)


RETENTION: Final = Table(
    "retention_rule", "Durées de conservation", "How long data are kept",
    (Column("length", "integer", "Durée", "Length", minimum=1, maximum=1_200),
     Column("unit", "choice", "Unité", "Unit", choices=_UNITS)),
    (
        _rule("prospect", 36, "MONTHS", "Jamais adhérent, dernier contact", "Never joined, last contact"),
        _rule("application", 36, "MONTHS", "Demande close sans adhésion", "Application closed without a membership"),
        _rule("proof", 90, "DAYS", "Justificatif : après la décision", "Proof: after the decision"),
        _rule("draft", 30, "DAYS", "Brouillon", "Draft"),
        _rule("case", 36, "MONTHS", "Dossier dont le schéma ne dit rien", "Case whose diagram says nothing"),
        _rule("mail", 36, "MONTHS", "Message écrit ou reçu", "Mail written or received"),
        _rule("notes", 36, "MONTHS", "Avis", "Opinion"),
        _rule("account", 30, "DAYS", "Session ou code échu", "Session or code that has ended"),
        _rule("record", 36, "MONTHS", "Blocage d’envoi levé", "Hold that was lifted"),
        _rule("membership", 60, "MONTHS", "Attestation, départ", "Attestation, exit"),
        _rule("accounting", 120, "MONTHS", "Comptabilité : après la clôture", "Accounting: after it was closed"),
        _rule("mandate", 14, "MONTHS", "Mandat de prélèvement : après sa fin", "Direct-debit mandate: after its end"),
        _rule("receipt", 72, "MONTHS", "Reçu fiscal", "Tax receipt"),
        _rule("gift", 72, "MONTHS", "Promesse et suivi de don", "Pledge and follow-up"),
        _rule("election", 24, "MONTHS", "Vote", "Vote"),
        _rule("roles", 60, "MONTHS", "Fonction terminée", "Office that has ended"),
        _rule("programme", 36, "MONTHS", "Parcours terminé", "Programme that has ended"),
        _rule("openings", 12, "MONTHS", "Consultation d’une fiche", "Look at a person"),
        _rule("import", 90, "DAYS", "Reprise de fichier", "Import"),
        _rule("merge", 30, "DAYS", "Fusion de fiches : défaisable", "Merge of records: can be undone"),
        _rule("log", 12, "MONTHS", "Journal technique", "Technical log"),
        _rule("request", 60, "MONTHS", "Demande sur les données", "Data-protection request"),
    ),
    about_fr="Ce qui est plus ancien est effacé chaque nuit. Une durée fixée par la loi ne se raccourcit pas.",
    about_en="What is older is erased each night. A time set by law is not shortened.",
    owner="DPO",
)  # fmt: skip


def kept(session: Session, key: str, today: date) -> tuple[int, str] | None:
    """How long rows of this rule are kept: a number and DAYS or MONTHS; None where nothing is said of it."""
    if RETENTION.first_row(key) is None:
        return None
    length = parameters.count(session, RETENTION, key, "length", on=today)
    return length, parameters.text(session, RETENTION, key, "unit", on=today)


def cutoff(session: Session, key: str, today: date) -> date | None:
    """The day before which rows of this rule are old enough to go; None where nothing is said of it."""
    found = kept(session, key, today)
    if found is None:
        return None
    length, unit = found
    return today - timedelta(days=length) if unit == "DAYS" else _months_before(today, length)


def _months_before(day: date, count: int) -> date:
    """The same day some months before, the last of its month where that is shorter (domain §1.5)."""
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
