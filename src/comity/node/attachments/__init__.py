"""Files of cases: checked by their content, scanned, hashed, kept encrypted, sent beside the messages of steps."""
