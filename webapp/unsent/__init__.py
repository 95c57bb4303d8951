"""Forms that were sent when the session had ended: kept for their writer, and put back after the next sign-in."""
