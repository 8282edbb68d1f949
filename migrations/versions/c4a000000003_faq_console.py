"""faq_console"""

revision = 'c4a000000003'
down_revision = 'c4a000000002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
