"""Foreign bytes, opened in short-lived child processes with limits."""
