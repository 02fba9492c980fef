"""Ketensluis: the message-exchange hub between police, public prosecution and Veilig Thuis."""
