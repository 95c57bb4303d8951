"""Signed links: how an applicant without an account reaches his own case."""
