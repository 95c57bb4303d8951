"""Other systems over HTTP: which may be called, calls with their bounds, signed webhooks, and their connectors."""
