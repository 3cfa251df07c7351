"""Collections of records under a legal basis: loaded, searched, screened against, reviewed by a person."""
