"""Messages between nodes: an outbox and an inbox in the same transaction as the change they tell of."""
