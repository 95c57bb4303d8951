"""The catalogue of events: who may start what, and whose it is."""

from __future__ import annotations

from types import MappingProxyType

from workflows.catalogue_entry import CatalogueEntry
from workflows.member_acts import MemberAct

_WITHDRAW = MemberAct(
    message="registration_withdrawn",
    labels=MappingProxyType({"fr": "Me désister", "en": "Withdraw"}),
    effects=MappingProxyType(
        {
            "fr": "Votre place est rendue et va à qui attend. Ce que vous avez payé vous revient en entier jusqu’à "
            "sept jours avant, à moitié jusqu’à deux jours avant, en entier si la date a changé.",
            "en": "Your seat is let go and goes to whoever waits. What you paid goes back in full up to seven days "
            "before, by half up to two days before, in full if the date has changed.",
        }
    ),
    done=MappingProxyType({"fr": "Vous n’êtes plus inscrit·e.", "en": "You are no longer registered."}),
    sides=MappingProxyType({"person_id": "ATTENDEE"}),
    final=True,
    leaves=True,
)
ENTRIES = (
    CatalogueEntry(
        process_id="event_proposal",
        titles=MappingProxyType({"fr": "Proposer un événement", "en": "Propose an event"}),
        purposes=MappingProxyType(
            {
                "fr": "Un afterwork, une visite, un gala : les petits sont accordés aussitôt, les autres ensuite.",
                "en": "Drinks, a visit, a gala: small ones are approved at once, others by those who have to.",
            }
        ),
        owner_roles=frozenset({"EVENTS"}),
        starter_roles=frozenset({"EVENTS"}),
        for_members=True,
        inbound_messages=frozenset({"scope_changed", "event_cancelled"}),
        outbound_messages=frozenset({"event_approved", "seat_offered"}),
    ),
    CatalogueEntry(
        process_id="event_permit",
        titles=MappingProxyType({"fr": "Démarche d’un événement", "en": "Permit of an event"}),
        purposes=MappingProxyType(
            {
                "fr": "Déclarer ou obtenir ce qu’un événement demande, avant la date légale.",
                "en": "To declare or obtain what an event asks for, before the legal day.",
            }
        ),
        owner_roles=frozenset({"EVENTS"}),
        starter_roles=frozenset(),
        inbound_messages=frozenset({"permit_needed", "event_cancelled"}),
    ),
    CatalogueEntry(
        process_id="event_publication",
        titles=MappingProxyType({"fr": "Vie d’un événement", "en": "Life of an event"}),
        purposes=MappingProxyType(
            {
                "fr": "De la publication à la purge des listes : chaque échéance d’un événement accordé.",
                "en": "From publication to the erasing of lists: every date of an approved event.",
            }
        ),
        owner_roles=frozenset({"EVENTS"}),
        starter_roles=frozenset(),
        inbound_messages=frozenset({"event_approved", "event_cancelled", "event_moved"}),
        outbound_messages=frozenset({"event_ended", "cancellation_decided"}),
    ),
    CatalogueEntry(
        process_id="event_registration",
        titles=MappingProxyType({"fr": "Inscription à un événement", "en": "Registration for an event"}),
        purposes=MappingProxyType(
            {
                "fr": "S’inscrire, attendre une place, payer, venir ou se désister.",
                "en": "To register, wait for a seat, pay, come or withdraw.",
            }
        ),
        owner_roles=frozenset({"EVENTS"}),
        starter_roles=frozenset(),
        inbound_messages=frozenset(
            {
                "registration_withdrawn",
                "event_cancelled",
                "event_moved",
                "seat_offered",
                "registration_requested",
                "seat_given",
            }
        ),
        member_acts=(_WITHDRAW,),
        outbound_messages=frozenset({"seat_offered"}),
    ),
    CatalogueEntry(
        process_id="event_visitor",
        titles=MappingProxyType({"fr": "Venir sans compte", "en": "Coming without an account"}),
        purposes=MappingProxyType(
            {
                "fr": "S’inscrire par son adresse e-mail, ou reprendre la place que quelqu’un cède.",
                "en": "To register by one’s e-mail address, or to take over a seat that somebody hands over.",
            }
        ),
        owner_roles=frozenset({"EVENTS"}),
        starter_roles=frozenset(),
        inbound_messages=frozenset({"email_confirmed"}),
        outbound_messages=frozenset({"registration_requested", "seat_given"}),
    ),
    CatalogueEntry(
        process_id="event_cancellation",
        titles=MappingProxyType({"fr": "Annuler ou reporter un événement", "en": "Call an event off or move it"}),
        purposes=MappingProxyType(
            {
                "fr": "Chacun l’apprend une fois, est remboursé une fois, et son agenda suit.",
                "en": "Everybody is told once, is refunded once, and their calendars follow.",
            }
        ),
        owner_roles=frozenset({"EVENTS"}),
        starter_roles=frozenset(),
        inbound_messages=frozenset({"cancellation_decided"}),
        outbound_messages=frozenset({"event_cancelled", "event_moved", "scope_changed"}),
    ),
    CatalogueEntry(
        process_id="event_report",
        titles=MappingProxyType({"fr": "Compte rendu d’un événement", "en": "Report of an event"}),
        purposes=MappingProxyType(
            {
                "fr": "Rendre compte, regarder un incident, clore les comptes.",
                "en": "To report, to look at an incident, to close the accounts.",
            }
        ),
        owner_roles=frozenset({"EVENTS", "FINANCE"}),
        starter_roles=frozenset(),
        inbound_messages=frozenset({"event_ended"}),
    ),
    CatalogueEntry(
        process_id="event_expense",
        titles=MappingProxyType({"fr": "Frais d’un événement", "en": "Expenses of an event"}),
        purposes=MappingProxyType(
            {
                "fr": "Être remboursé de ce que l’on a avancé, sans jamais accorder ses propres frais.",
                "en": "To get back what one paid, without ever approving one's own expenses.",
            }
        ),
        owner_roles=frozenset({"EVENTS", "FINANCE"}),
        starter_roles=frozenset(),
    ),
    CatalogueEntry(
        process_id="event_incident",
        titles=MappingProxyType({"fr": "Incident lors d’un événement", "en": "Incident at an event"}),
        purposes=MappingProxyType(
            {
                "fr": "Signaler un accident, un dégât ou une plainte sous 24 heures ; prévenir l’assureur à temps.",
                "en": "To tell of an accident, damage or a complaint within 24 hours; to tell the insurer in time.",
            }
        ),
        owner_roles=frozenset({"EVENTS"}),
        starter_roles=frozenset(),
    ),
)
