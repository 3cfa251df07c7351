"""Police and customs cooperation centres: several authorities at one desk, each owner of its data."""
