"""What a partner's side does with its mail: take it in, file it, answer it."""
