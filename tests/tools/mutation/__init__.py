"""Mutation testing of the package: `make mutants`."""
