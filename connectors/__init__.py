"""The partners' side of the exchange, each with its own key."""
