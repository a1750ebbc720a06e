"""The bridge: faxes come in as mail, scans and files; records leave as JSON."""
