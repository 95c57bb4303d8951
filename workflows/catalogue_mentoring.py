"""The catalogue of mentoring: who may start what, and whose it is."""

from __future__ import annotations

from types import MappingProxyType

from workflows import mentoring_acts
from workflows.catalogue_entry import CatalogueEntry

ENTRIES = (
    CatalogueEntry(
        process_id="mentor_registration",
        titles=MappingProxyType({"fr": "Devenir mentor", "en": "Become a mentor"}),
        purposes=MappingProxyType(
            {
                "fr": "Accompagner un étudiant ou un diplômé six mois, selon vos sujets et le temps que vous avez.",
                "en": "Mentor a student or a graduate for six months, by your topics and the time you have.",
            }
        ),
        owner_roles=frozenset({"MENTORING"}),
        starter_roles=frozenset(),
        for_members=True,
        inbound_messages=frozenset({"membership_activated", "mentor_withdrew", "member_deceased"}),
        member_acts=(mentoring_acts.LEAVE_MENTORS,),
    ),
    CatalogueEntry(
        process_id="mentorship_application",
        titles=MappingProxyType({"fr": "Trouver un mentor", "en": "Find a mentor"}),
        purposes=MappingProxyType(
            {
                "fr": "Dire ce que vous cherchez ; une personne vous est proposée, et vous restez libre de dire non.",
                "en": "Say what you look for; somebody is proposed to you, and you are free to say no.",
            }
        ),
        owner_roles=frozenset({"MENTORING"}),
        starter_roles=frozenset(),
        for_members=True,
        inbound_messages=frozenset({"mentor_proposed", "demand_withdrawn", "rematch_requested"}),
        member_acts=(mentoring_acts.WITHDRAW_REQUEST,),
        outbound_messages=frozenset({"pair_accepted"}),
    ),
    CatalogueEntry(
        process_id="mentorship_matching_round",
        titles=MappingProxyType({"fr": "Tour d’appariement", "en": "Matching round"}),
        purposes=MappingProxyType(
            {
                "fr": "Comparer les mentors et les demandes, laisser partir les cas simples et voir les autres.",
                "en": "Compare mentors and requests, let the simple ones leave and look at the others.",
            }
        ),
        owner_roles=frozenset({"MENTORING"}),
        starter_roles=frozenset({"MENTORING"}),
        outbound_messages=frozenset({"mentor_proposed"}),
    ),
    CatalogueEntry(
        process_id="mentorship",
        titles=MappingProxyType({"fr": "Mentorat", "en": "Mentorship"}),
        purposes=MappingProxyType(
            {
                "fr": "Six mois à deux, du premier message à la conclusion, sans faute si l’on s’arrête.",
                "en": "Six months for two, from the first message to the closing, without fault if it stops.",
            }
        ),
        owner_roles=frozenset({"MENTORING", "CAREERS_HEAD"}),
        starter_roles=frozenset(),
        inbound_messages=frozenset(
            {"pair_accepted", "pair_brought", "pair_end_requested", "pair_help_asked", "pair_date_changed"}
        ),
        member_acts=(mentoring_acts.CHANGE_DATE, mentoring_acts.ASK_FOR_A_PERSON, mentoring_acts.STOP),
        outbound_messages=frozenset({"rematch_requested", "mentor_proposed"}),
    ),
)
