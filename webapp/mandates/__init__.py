"""Mandates and absences: the page of those who appoint, and everybody's own."""
