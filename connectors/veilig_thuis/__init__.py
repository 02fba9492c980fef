"""The Veilig Thuis side: receives referrals, answers them."""
