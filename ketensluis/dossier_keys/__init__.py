"""The keys of incidents: what lies encrypted on topics is erased by destroying its key."""
