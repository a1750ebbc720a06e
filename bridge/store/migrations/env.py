"""Run by Alembic: migrates in the transaction that `bridge.store.migrate` has begun."""

from alembic import context

from bridge.store.tables import faxes  # and with it every other table

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=faxes.metadata, render_as_batch=connection.dialect.name == "sqlite")
context.run_migrations()
