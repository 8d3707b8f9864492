"""Built-in corpora, one file for each kind: small worlds made from a seed."""
