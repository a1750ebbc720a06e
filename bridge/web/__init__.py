"""HTTP only, no rules."""
