"""A whole agreement as it is written, for tests that spoil it."""

__all__ = ["HEAD", "RULE"]

HEAD = """\
id: test
version: "1"
provider: police
recipient: vt:*
valid_from: 2021-01-01
valid_until: 2022-01-01
purpose: to test
legal_basis: [art. 1]
decided_by: a test
public_interest: tests
release:
"""
RULE = """\
  - id: one
    why: because
    fields: [incident_id]
"""
