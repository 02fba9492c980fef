"""Whether an incident is domestic violence: labelled, suspected unlabelled, or neither."""
