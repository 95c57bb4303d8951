"""What the association and its bank tell each other (ISO 20022): what is collected, what arrived, what came back."""
