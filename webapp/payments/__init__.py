"""The test provider's payment page: it stands for the page of a real provider and speaks to us as that would."""
