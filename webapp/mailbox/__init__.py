"""The mailbox of a demonstration: what would have been mailed. It is not registered in production."""
