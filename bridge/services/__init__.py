"""One use case each; orchestration that reads like a table of contents."""
