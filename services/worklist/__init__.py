"""The work list: cases and alarms in SQL, for those who chase what is open."""
