"""Every table of the product, in one metadata: importing this module has registered them all."""

from __future__ import annotations

import engine.candidate
import engine.collective.tables
import engine.migration.tables
import engine.models
import engine.outgoing
import engine.outside.subscriptions
import engine.terms
import engine.way_back
import webapp.accounts.models
import webapp.api.tokens
import webapp.behalf.store
import webapp.comments.mentions
import webapp.comments.store
import webapp.drafts.store
import webapp.events.drafts
import webapp.files.store
import webapp.inbox.asking
import webapp.inbox.digest
import webapp.inbox.held
import webapp.inbox.saved
import webapp.links.tokens
import webapp.studio.models
import webapp.unsent.files
import webapp.unsent.store
import workflows.association.absences
import workflows.association.applications
import workflows.association.bank.accounts
import workflows.association.bank.debits
import workflows.association.calendars.appointments
import workflows.association.calendars.feeds
import workflows.association.cohorts.candidacies
import workflows.association.cohorts.elections
import workflows.association.cohorts.hearings
import workflows.association.cohorts.opinions
import workflows.association.cohorts.records
import workflows.association.cohorts.seasons
import workflows.association.cohorts.sheets
import workflows.association.cohorts.triads
import workflows.association.committee_votes
import workflows.association.consents
import workflows.association.contacts
import workflows.association.credit_notes
import workflows.association.diplomas
import workflows.association.events.door
import workflows.association.events.expenses
import workflows.association.events.incidents
import workflows.association.events.notices
import workflows.association.events.owed
import workflows.association.events.permits
import workflows.association.events.records
import workflows.association.events.registrations
import workflows.association.events.reports
import workflows.association.events.visitors
import workflows.association.exits
import workflows.association.gifts.corrections
import workflows.association.gifts.donors
import workflows.association.gifts.lapsed
import workflows.association.gifts.pledges
import workflows.association.gifts.receipts
import workflows.association.gifts.register
import workflows.association.gifts.signatures
import workflows.association.groups
import workflows.association.guardians
import workflows.association.guests
import workflows.association.identities
import workflows.association.import_drafts
import workflows.association.import_log
import workflows.association.invoices
import workflows.association.issued_documents
import workflows.association.life_plans
import workflows.association.mail_holds
import workflows.association.mails
import workflows.association.mandates
import workflows.association.member_records
import workflows.association.memberships
import workflows.association.mentoring.demands
import workflows.association.mentoring.mentors
import workflows.association.mentoring.pairs
import workflows.association.mentoring.places
import workflows.association.mentoring.proposals
import workflows.association.mentorships
import workflows.association.merging.records
import workflows.association.name_words
import workflows.association.notices.choices
import workflows.association.notices.devices
import workflows.association.notices.telling
import workflows.association.notices.watching
import workflows.association.number_series
import workflows.association.openings
import workflows.association.orders
import workflows.association.outgoing_letters
import workflows.association.parameters.models
import workflows.association.payers
import workflows.association.payments
import workflows.association.peers
import workflows.association.people
import workflows.association.privacy.erasure_log
import workflows.association.privacy.files
import workflows.association.privacy.requests
import workflows.association.privacy.retention
import workflows.association.received_mails
import workflows.association.reminders
import workflows.association.renewal_campaign
import workflows.association.renewals
import workflows.association.roles
import workflows.association.sms.messages
import workflows.association.surplus
import workflows.association.suspensions
import workflows.association.task_handovers
from engine.schema import Base

MODULES = (
    engine.candidate,
    engine.collective.tables,
    engine.migration.tables,
    engine.models,
    engine.outgoing,
    engine.outside.subscriptions,
    engine.terms,
    engine.way_back,
    webapp.accounts.models,
    webapp.api.tokens,
    webapp.comments.store,
    webapp.behalf.store,
    webapp.comments.mentions,
    webapp.drafts.store,
    webapp.events.drafts,
    webapp.files.store,
    webapp.inbox.held,
    webapp.inbox.saved,
    webapp.inbox.asking,
    webapp.inbox.digest,
    webapp.links.tokens,
    webapp.unsent.files,
    webapp.unsent.store,
    webapp.studio.models,
    workflows.association.absences,
    workflows.association.applications,
    workflows.association.bank.accounts,
    workflows.association.bank.debits,
    workflows.association.calendars.appointments,
    workflows.association.calendars.feeds,
    workflows.association.cohorts.candidacies,
    workflows.association.cohorts.elections,
    workflows.association.cohorts.hearings,
    workflows.association.cohorts.opinions,
    workflows.association.cohorts.records,
    workflows.association.cohorts.seasons,
    workflows.association.cohorts.sheets,
    workflows.association.cohorts.triads,
    workflows.association.committee_votes,
    workflows.association.consents,
    workflows.association.contacts,
    workflows.association.credit_notes,
    workflows.association.diplomas,
    workflows.association.events.door,
    workflows.association.events.expenses,
    workflows.association.events.incidents,
    workflows.association.events.notices,
    workflows.association.events.owed,
    workflows.association.events.permits,
    workflows.association.events.records,
    workflows.association.events.registrations,
    workflows.association.events.reports,
    workflows.association.events.visitors,
    workflows.association.exits,
    workflows.association.gifts.corrections,
    workflows.association.gifts.donors,
    workflows.association.gifts.lapsed,
    workflows.association.gifts.pledges,
    workflows.association.gifts.receipts,
    workflows.association.gifts.register,
    workflows.association.gifts.signatures,
    workflows.association.groups,
    workflows.association.guardians,
    workflows.association.guests,
    workflows.association.identities,
    workflows.association.import_drafts,
    workflows.association.import_log,
    workflows.association.invoices,
    workflows.association.issued_documents,
    workflows.association.life_plans,
    workflows.association.mail_holds,
    workflows.association.mails,
    workflows.association.mandates,
    workflows.association.member_records,
    workflows.association.memberships,
    workflows.association.mentoring.demands,
    workflows.association.mentoring.mentors,
    workflows.association.mentoring.pairs,
    workflows.association.mentoring.places,
    workflows.association.mentoring.proposals,
    workflows.association.mentorships,
    workflows.association.merging.records,
    workflows.association.name_words,
    workflows.association.notices.choices,
    workflows.association.notices.devices,
    workflows.association.notices.telling,
    workflows.association.notices.watching,
    workflows.association.number_series,
    workflows.association.openings,
    workflows.association.orders,
    workflows.association.outgoing_letters,
    workflows.association.parameters.models,
    workflows.association.payers,
    workflows.association.payments,
    workflows.association.peers,
    workflows.association.people,
    workflows.association.privacy.erasure_log,
    workflows.association.privacy.files,
    workflows.association.privacy.requests,
    workflows.association.privacy.retention,
    workflows.association.received_mails,
    workflows.association.reminders,
    workflows.association.renewal_campaign,
    workflows.association.renewals,
    workflows.association.roles,
    workflows.association.sms.messages,
    workflows.association.surplus,
    workflows.association.suspensions,
    workflows.association.task_handovers,
)
METADATA = Base.metadata
