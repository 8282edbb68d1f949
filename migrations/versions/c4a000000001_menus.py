"""menus"""

revision = 'c4a000000001'
down_revision = '93996d1ed491'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
