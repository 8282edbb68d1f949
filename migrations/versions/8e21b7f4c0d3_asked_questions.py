"""asked_questions"""

import sqlalchemy as sa
from alembic import op
import models.types


revision = '8e21b7f4c0d3'
down_revision = '5d0c8a41be72'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('asked_questions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('message_key', sa.String(length=32), nullable=False),
    sa.Column('asked_at', models.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('entry_code', sa.String(length=80), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('done_at', models.types.UTCDateTime(timezone=True), nullable=True),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("outcome in ('answered', 'suggested', 'handed_off', 'useful', 'useless')", name=op.f('ck_asked_questions_outcome')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_asked_questions_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_asked_questions')),
    sa.UniqueConstraint('account_id', 'message_key', name=op.f('uq_asked_questions_account_id_message_key'))
    )
    with op.batch_alter_table('asked_questions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_asked_questions_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_asked_questions_asked_at'), ['asked_at'], unique=False)


def downgrade() -> None:
    op.drop_table('asked_questions')
