"""Telemetry: see its functions."""
