"""Catalog: see its functions."""
