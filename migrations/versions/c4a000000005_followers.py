"""followers: their tags, scene codes, blacklist and consents"""

import sqlalchemy as sa
from alembic import op
import models.types


revision = 'c4a000000005'
down_revision = 'c4a000000004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('members', schema=None) as batch_op:
        batch_op.add_column(sa.Column('asked_at', models.types.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('asked_count', sa.Integer(), server_default='0', nullable=False))
        # Known followers are counted once by the worker.
        batch_op.add_column(sa.Column('recount', sa.Boolean(), server_default=sa.text('true'), nullable=False))
        batch_op.add_column(sa.Column('remark', models.types.Sealed(), nullable=True))
        batch_op.add_column(sa.Column('version', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('blocked_at', models.types.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('block_problem', sa.Text(), server_default='', nullable=False))

    with op.batch_alter_table('members', schema=None) as batch_op:
        batch_op.create_index('ix_members_seen', ['account_id', 'last_seen_at', 'id'], unique=False)
        batch_op.create_index('ix_members_following_seen', ['account_id', 'following', 'last_seen_at', 'id'], unique=False)
        batch_op.create_index('ix_members_scene_seen', ['account_id', 'scene', 'last_seen_at', 'id'], unique=False)
        batch_op.create_index('ix_members_followed', ['account_id', 'followed_at', 'id'], unique=False)
        batch_op.create_index('ix_members_asked', ['account_id', 'asked_at', 'id'], unique=False)
        batch_op.create_index('ix_members_often', ['account_id', 'asked_count', 'id'], unique=False)
        batch_op.create_index('ix_members_blocked', ['account_id', 'blocked_at', 'id'], unique=False, postgresql_where=sa.text('blocked_at IS NOT NULL'), sqlite_where=sa.text('blocked_at IS NOT NULL'))
        batch_op.create_index('ix_members_recount', ['id'], unique=False, postgresql_where=sa.text('recount'), sqlite_where=sa.text('recount'))

    op.create_table('tags',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('platform_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('problem', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('changed_at', models.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('followers', sa.Integer(), nullable=False),
    sa.Column('pulled_at', models.types.UTCDateTime(timezone=True), nullable=True),
    sa.Column('fill_group', sa.String(length=20), nullable=False),
    sa.Column('fill_after', sa.String(length=40), nullable=False),
    sa.Column('fill_at', models.types.UTCDateTime(timezone=True), nullable=True),
    sa.Column('filled', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("state in ('creating', 'renaming', 'deleting', 'live')", name=op.f('ck_tags_state')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_tags_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tags')),
    sa.UniqueConstraint('account_id', 'name', name=op.f('uq_tags_account_id_name')),
    sa.UniqueConstraint('account_id', 'platform_id', name=op.f('uq_tags_account_id_platform_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_tags_public_id'))
    )
    with op.batch_alter_table('tags', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tags_account_id'), ['account_id'], unique=False)

    op.create_table('member_tags',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tag_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('changed_at', models.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("state in ('adding', 'removing', 'on', 'local')", name=op.f('ck_member_tags_state')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_member_tags_account_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_member_tags_member_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tag_id'], ['tags.id'], name=op.f('fk_member_tags_tag_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member_tags')),
    sa.UniqueConstraint('account_id', 'tag_id', 'member_id', name=op.f('uq_member_tags_account_id_tag_id_member_id'))
    )
    with op.batch_alter_table('member_tags', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_member_tags_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_member_tags_member_id'), ['member_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_member_tags_tag_id'), ['tag_id'], unique=False)

    op.create_table('tag_syncs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('due_at', models.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('synced_at', models.types.UTCDateTime(timezone=True), nullable=True),
    sa.Column('problem', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_tag_syncs_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tag_syncs')),
    sa.UniqueConstraint('account_id', name=op.f('uq_tag_syncs_account_id'))
    )
    with op.batch_alter_table('tag_syncs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tag_syncs_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_tag_syncs_due_at'), ['due_at'], unique=False)

    op.create_table('scenes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('scene', sa.String(length=64), nullable=False),
    sa.Column('label', sa.String(length=40), nullable=False),
    sa.Column('district', sa.String(length=20), nullable=False),
    sa.Column('url', sa.String(length=255), nullable=False),
    sa.Column('expires_at', models.types.UTCDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', models.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_scenes_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scenes')),
    sa.UniqueConstraint('account_id', 'scene', name=op.f('uq_scenes_account_id_scene')),
    sa.UniqueConstraint('public_id', name=op.f('uq_scenes_public_id'))
    )
    with op.batch_alter_table('scenes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_scenes_account_id'), ['account_id'], unique=False)

    op.create_table('scene_scans',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('message_key', sa.String(length=32), nullable=False),
    sa.Column('at', models.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_scene_scans_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scene_scans')),
    sa.UniqueConstraint('account_id', 'message_key', name=op.f('uq_scene_scans_account_id_message_key'))
    )
    with op.batch_alter_table('scene_scans', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_scene_scans_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_scene_scans_at'), ['at'], unique=False)

    op.create_table('scene_days',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('scene', sa.String(length=64), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('scans', sa.Integer(), nullable=False),
    sa.Column('followed', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_scene_days_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scene_days')),
    sa.UniqueConstraint('account_id', 'scene', 'day', name=op.f('uq_scene_days_account_id_scene_day'))
    )
    with op.batch_alter_table('scene_days', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_scene_days_account_id'), ['account_id'], unique=False)

    op.create_table('consents',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('openid', sa.String(length=64), nullable=False),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('given_at', models.types.UTCDateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', models.types.UTCDateTime(timezone=True), nullable=True),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_consents_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consents')),
    sa.UniqueConstraint('account_id', 'openid', 'purpose', name=op.f('uq_consents_account_id_openid_purpose'))
    )
    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consents_account_id'), ['account_id'], unique=False)


def downgrade() -> None:
    op.drop_table('consents')
    op.drop_table('scene_days')
    op.drop_table('scene_scans')
    op.drop_table('scenes')
    op.drop_table('tag_syncs')
    op.drop_table('member_tags')
    op.drop_table('tags')
    with op.batch_alter_table('members', schema=None) as batch_op:
        batch_op.drop_index('ix_members_recount')
        batch_op.drop_index('ix_members_blocked')
        batch_op.drop_index('ix_members_often')
        batch_op.drop_index('ix_members_asked')
        batch_op.drop_index('ix_members_followed')
        batch_op.drop_index('ix_members_scene_seen')
        batch_op.drop_index('ix_members_following_seen')
        batch_op.drop_index('ix_members_seen')

    with op.batch_alter_table('members', schema=None) as batch_op:
        batch_op.drop_column('block_problem')
        batch_op.drop_column('blocked_at')
        batch_op.drop_column('version')
        batch_op.drop_column('remark')
        batch_op.drop_column('recount')
        batch_op.drop_column('asked_count')
        batch_op.drop_column('asked_at')
