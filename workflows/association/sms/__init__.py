"""Short messages to telephones: how long one is, what it says, who gets one, and the system that sends it."""
