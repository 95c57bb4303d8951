"""Appointments of members: sessions, check-ins, events; as invitations in mails and as feeds for calendar programs."""
