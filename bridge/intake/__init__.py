"""One module a channel; each only calls services.accept."""
