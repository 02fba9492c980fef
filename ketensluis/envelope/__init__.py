"""Signed and encrypted messages: CloudEvents headers, JWS, JWE, certificates."""
