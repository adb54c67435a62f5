"""The first tables."""

import sqlalchemy as sa
from alembic import op

from app.models import Instant

revision = "0001"
down_revision = None


def _user_id(**options) -> sa.Column:
    return sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, **options)


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(64), primary_key=True),
        _user_id(index=True),
        sa.Column("expires_at", Instant, nullable=False, index=True),
    )
    op.create_table(
        "login_attempts",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("since", Instant, nullable=False, index=True),
    )
    op.create_table(
        "todos",
        sa.Column("id", sa.Integer, primary_key=True),
        _user_id(),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.Column("due_date", sa.Date),
        sa.Column("priority", sa.String(6), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Index("ix_todos_user_id_done", "user_id", "done"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "todo_tags",
        sa.Column("todo_id", sa.Integer, sa.ForeignKey("todos.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("tag", sa.Text, primary_key=True),
    )
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer, primary_key=True),
        _user_id(index=True),
        sa.Column("batch", sa.String(32), nullable=False),
        sa.Column("todo_id", sa.Integer, nullable=False),
        sa.Column("before", sa.JSON),
    )
    op.create_table(
        "chat_messages",
        sa.Column("id", sa.Integer, primary_key=True),
        _user_id(index=True),
        sa.Column("role", sa.String(9), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
    )
    op.create_table(
        "numbered_lists",
        _user_id(primary_key=True),
        sa.Column("todo_ids", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    for table in (
        "numbered_lists",
        "chat_messages",
        "changes",
        "todo_tags",
        "todos",
        "login_attempts",
        "sessions",
        "users",
    ):
        op.drop_table(table)
