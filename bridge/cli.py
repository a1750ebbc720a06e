"""Cli: see its functions."""
