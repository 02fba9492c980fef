"""How long what is kept, what is due for erasure, and what stands in its way. Pure."""
