"""The prosecution side: receives notices, answers them."""
