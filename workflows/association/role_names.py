"""The roles of the association by their keys, which are those of `candidateGroups`. Domain §1.3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the association. `kind`: staff, elected, volunteer, outside. `head` receives its escalations."""

    key: str
    kind: str
    fr: str
    en: str
    head: str


MANDATED = frozenset({"staff", "elected", "volunteer"})  # kinds that somebody is appointed to
WORKING = frozenset({"staff", "elected"})  # kinds whose holders work for the association, employed or elected
AT = "@"  # between a role and the scope in which alone it is held: “FACILITATOR@COH-2027-03”


def _roles(*rows: tuple[str, str, str, str, str]) -> Mapping[str, Role]:
    return MappingProxyType({row[0]: Role(*row) for row in rows})


ROLES = _roles(
    ("MEMBERSHIP", "staff", "Adhésions", "Membership", "GENERAL_DELEGATE"),
    ("DATA", "staff", "Base de données", "Data", "MEMBERSHIP"),
    ("CAREERS_HEAD", "staff", "Responsable carrières", "Head of careers", "GENERAL_DELEGATE"),
    ("COACH", "staff", "Coach carrière", "Career coach", "CAREERS_HEAD"),
    ("CAREERS_ASST", "staff", "Assistance carrières", "Careers assistant", "CAREERS_HEAD"),
    ("MENTORING", "staff", "Mentorat", "Mentoring", "CAREERS_HEAD"),
    ("EVENTS", "staff", "Événements", "Events", "GENERAL_DELEGATE"),
    ("GROUPS", "staff", "Groupes et promotions", "Groups and classes", "GENERAL_DELEGATE"),
    ("EDITOR", "staff", "Rédaction", "Editor", "COMMS"),
    ("EDITORIAL_EN", "staff", "Rédaction en anglais", "English editor", "EDITOR"),
    ("AD_SALES", "staff", "Régie publicitaire", "Advertising sales", "COMMS"),
    ("FINANCE", "staff", "Comptabilité", "Finance", "GENERAL_DELEGATE"),
    ("COMMS", "staff", "Communication", "Communications", "GENERAL_DELEGATE"),
    ("DPO", "staff", "Protection des données", "Data protection", "GENERAL_DELEGATE"),
    ("GENERAL_DELEGATE", "staff", "Délégation générale", "General delegate", "PRESIDENT"),
    ("PROCESS_OWNER", "staff", "Responsable des processus", "Process owner", "GENERAL_DELEGATE"),
    ("ADMIN", "staff", "Administration du système", "Administrator", "GENERAL_DELEGATE"),
    ("TREASURER", "elected", "Trésorerie", "Treasurer", "PRESIDENT"),
    ("PRESIDENT", "elected", "Présidence", "President", "PRESIDENT"),
    ("COMMITTEE", "elected", "Comité", "Committee", "PRESIDENT"),
    ("GROUP_LEAD", "volunteer", "Responsable de groupe", "Group lead", "GROUPS"),
    ("GROUP_TREASURER", "volunteer", "Trésorerie de groupe", "Group treasurer", "GROUPS"),
    ("CHAPTER_LEAD", "volunteer", "Responsable de chapitre", "Chapter lead", "GROUPS"),
    ("PROMO_DELEGATE", "volunteer", "Délégué·e de promotion", "Class delegate", "GROUPS"),
    ("CAREER_RELAY", "volunteer", "Relais carrière", "Career relay", "CAREERS_HEAD"),
    ("FACILITATOR", "volunteer", "Parrain ou marraine de groupe", "Facilitator", "CAREERS_HEAD"),
    ("CO_FACILITATOR", "volunteer", "Animation de groupe", "Co-facilitator", "CAREERS_HEAD"),
    ("MENTOR", "volunteer", "Mentor", "Mentor", "MENTORING"),
    ("BROKER", "volunteer", "Relais bénévolat", "Volunteering broker", "GROUPS"),
    ("FOUNDATION_GIFTS", "outside", "Dons de la fondation", "Foundation gifts", "GENERAL_DELEGATE"),
    ("FOUNDATION_TREASURER", "outside", "Trésorerie de la fondation", "Foundation treasurer", "PRESIDENT"),
    ("MAJOR_GIFTS", "outside", "Grands dons de la fondation", "Major gifts", "FOUNDATION_GIFTS"),
    ("REGISTRAR", "outside", "Scolarité de l’école", "School registrar", "MEMBERSHIP"),
    ("SPEAKER", "outside", "Intervenant", "Speaker", "EVENTS"),
    ("MEDIA_PARTNER", "outside", "Partenaire média", "Media partner", "COMMS"),
    ("ADVERTISER", "outside", "Annonceur", "Advertiser", "AD_SALES"),
    ("PRINTER", "outside", "Imprimeur", "Printer", "EDITOR"),
    ("PARTNER_NGO", "outside", "Association partenaire", "Partner charity", "GROUPS"),
    ("GUEST", "outside", "Invité", "Guest", "MEMBERSHIP"),
    ("STUDENT", "outside", "Étudiant", "Student", "MEMBERSHIP"),
    ("DONOR", "outside", "Donateur", "Donor", "FOUNDATION_GIFTS"),
    ("APPLICANT", "outside", "Candidat à l’adhésion", "Applicant", "MEMBERSHIP"),
)
STAFF_ROLES = STAFF = frozenset(key for key, role in ROLES.items() if role.kind == "staff")
WORKING_ROLES = frozenset(key for key, role in ROLES.items() if role.kind in WORKING)


def role_name(key: str | None, language: str) -> str:
    """A role in the reader's language, with its scope where it has one; an unknown key is shown as it is."""
    name, _sep, scope = (key or "").partition(AT)
    role = ROLES.get(name)
    if role is None:
        return key or ""
    said = role.en if language == "en" else role.fr
    return f"{said} ({scope})" if scope else said
