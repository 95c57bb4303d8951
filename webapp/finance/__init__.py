"""The pages of the accounts: what the bank says, and what is asked of it."""
