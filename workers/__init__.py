"""Celery workers: settings and tasks of under ten lines, ids as arguments."""
