"""Bootstrap: see its functions."""
