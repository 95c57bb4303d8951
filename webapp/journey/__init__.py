"""The journey: a guided page for an applicant or member, derived from the diagram of his case."""
