"""The studio: owners change diagrams, tables and forms in drafts; a second person lets them into force."""
