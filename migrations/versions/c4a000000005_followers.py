"""followers"""

revision = 'c4a000000005'
down_revision = 'c4a000000004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
