"""A made-up year on the ledger, with faults put in, and the truth about each of them.

Nothing here knows the code that judges: no fold, no clock, no alarm of `ketensluis.ledger`.
Days, terms and expectations are written out once more, by hand, so that the two can differ.
"""
