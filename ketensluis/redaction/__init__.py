"""What a rule set lets through of an incident, and in which form."""
