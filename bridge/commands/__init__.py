"""What the `bridge` command can do, by subject; each module's functions are commands."""
