"""The pages of gifts: one's own, and the desk of the Foundation, which nobody of the Association opens."""
