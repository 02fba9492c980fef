"""Takes in what Veilig Thuis and OM answer, and tells the police."""
