"""What the hub talks about: incidents, parties, messages, and the codes they use."""
