"""menus"""

import sqlalchemy as sa
from alembic import op
import models.types


revision = 'c4a000000001'
down_revision = '93996d1ed491'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('menu_drafts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('tree', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('updated_at', models.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('updated_by', sa.String(length=80), nullable=False),
    sa.Column('publishing_until', models.types.UTCDateTime(timezone=True), nullable=True),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_menu_drafts_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_menu_drafts')),
    sa.UniqueConstraint('account_id', name=op.f('uq_menu_drafts_account_id'))
    )
    with op.batch_alter_table('menu_drafts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_menu_drafts_account_id'), ['account_id'], unique=False)

    op.create_table('menu_variants',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('tag_id', sa.Integer(), nullable=False),
    sa.Column('tree', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('updated_at', models.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('updated_by', sa.String(length=80), nullable=False),
    sa.Column('menu_ids', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('live_tree', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('published_at', models.types.UTCDateTime(timezone=True), nullable=True),
    sa.Column('published_by', sa.String(length=80), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_menu_variants_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_menu_variants')),
    sa.UniqueConstraint('public_id', name=op.f('uq_menu_variants_public_id'))
    )
    with op.batch_alter_table('menu_variants', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_menu_variants_account_id'), ['account_id'], unique=False)

    op.create_table('menu_changes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('tree', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('due_at', models.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('created_at', models.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(length=80), nullable=False),
    sa.Column('closed_at', models.types.UTCDateTime(timezone=True), nullable=True),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("state in ('scheduled', 'publishing', 'published', 'failed', 'cancelled')", name=op.f('ck_menu_changes_state')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_menu_changes_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_menu_changes')),
    sa.UniqueConstraint('public_id', name=op.f('uq_menu_changes_public_id'))
    )
    with op.batch_alter_table('menu_changes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_menu_changes_account_id'), ['account_id'], unique=False)
        batch_op.create_index('ix_menu_changes_state_due_at', ['state', 'due_at'], unique=False)

    with op.batch_alter_table('menu_versions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('pushed_by', sa.String(length=80), server_default='', nullable=False))
        batch_op.add_column(sa.Column('note', sa.String(length=120), server_default='', nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('menu_versions', schema=None) as batch_op:
        batch_op.drop_column('note')
        batch_op.drop_column('pushed_by')

    with op.batch_alter_table('menu_changes', schema=None) as batch_op:
        batch_op.drop_index('ix_menu_changes_state_due_at')
        batch_op.drop_index(batch_op.f('ix_menu_changes_account_id'))

    op.drop_table('menu_changes')
    with op.batch_alter_table('menu_variants', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_menu_variants_account_id'))

    op.drop_table('menu_variants')
    with op.batch_alter_table('menu_drafts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_menu_drafts_account_id'))

    op.drop_table('menu_drafts')
