"""Events: proposal and approval, registration and waiting list, cancellation, expenses, report. Domain §P4."""
