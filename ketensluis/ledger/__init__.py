"""The accounts: obligations, their ladder, their clocks, and the balance."""
