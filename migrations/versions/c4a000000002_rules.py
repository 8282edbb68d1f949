"""rules"""

import sqlalchemy as sa
from alembic import op
import models.types

revision = 'c4a000000002'
down_revision = 'c4a000000001'
branch_labels = None
depends_on = None

MATCH = 'ck_keyword_rules_match'


def upgrade() -> None:
    with op.batch_alter_table('keyword_rules', schema=None) as batch_op:
        batch_op.add_column(sa.Column('title', sa.String(length=60), server_default='', nullable=False))
        batch_op.add_column(sa.Column('opens', sa.Time(), nullable=True))
        batch_op.add_column(sa.Column('closes', sa.Time(), nullable=True))
        batch_op.add_column(sa.Column('valid_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('valid_until', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('enabled', sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column('version', sa.Integer(), server_default='1', nullable=False))
        batch_op.add_column(sa.Column('updated_by', sa.String(length=80), server_default='', nullable=False))
        batch_op.add_column(sa.Column('deleted_at', models.types.UTCDateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(op.f(MATCH), type_='check')
        batch_op.create_check_constraint(op.f(MATCH), "match in ('exact', 'contains', 'regex')")


def downgrade() -> None:
    # The version before knows neither deleted and disabled rules nor patterns, and would answer them as plain words.
    op.execute(
        "DELETE FROM keyword_rules WHERE match = 'regex' OR deleted_at IS NOT NULL OR NOT enabled"
    )
    with op.batch_alter_table('keyword_rules', schema=None) as batch_op:
        batch_op.drop_constraint(op.f(MATCH), type_='check')
        batch_op.create_check_constraint(op.f(MATCH), "match in ('exact', 'contains')")
        for name in ('deleted_at', 'updated_by', 'version', 'enabled', 'valid_until', 'valid_from',
                     'closes', 'opens', 'title'):
            batch_op.drop_column(name)
