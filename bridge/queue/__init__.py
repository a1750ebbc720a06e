"""Rings the bell: Celery tasks sent by name."""
