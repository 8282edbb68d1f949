"""columns"""

revision = 'c4a000000006'
down_revision = 'c4a000000005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
