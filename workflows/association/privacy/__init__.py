"""What the association keeps of people: why, how long, given out on request, and erased. Source: domain P10, GDPR."""
