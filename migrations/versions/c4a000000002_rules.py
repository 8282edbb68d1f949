"""rules"""

revision = 'c4a000000002'
down_revision = 'c4a000000001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
