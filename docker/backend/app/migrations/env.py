"""Runs migrations: at start over the connection that holds the lock, or for a developer's `alembic` command."""

import os

from alembic import context
from sqlalchemy import create_engine

from app.models import Base
from app.settings import Settings


def run(connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


if (shared := context.config.attributes.get("connection")) is not None:
    run(shared)
else:
    with create_engine(Settings.from_environ(os.environ).database_url).begin() as connection:
        run(connection)
