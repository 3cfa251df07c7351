"""Text blocks with placeholders, and the languages in which states take requests."""
