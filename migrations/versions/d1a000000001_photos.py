"""Contests: works, their pictures, suspects, awards, objections, works of the month.

Revision ID: d1a000000001
Revises: c8b000000001
"""

import sqlalchemy as sa
from alembic import op

import models.types

revision = "d1a000000001"
down_revision = "c8b000000001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('campaigns', sa.Column('publicised_at', models.types.UTCDateTime(timezone=True), nullable=True))
    op.execute("UPDATE campaigns SET publicised_at = updated_at WHERE state IN ('publicised', 'archived')")
    op.create_table('photo_works',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slot', sa.Integer(), nullable=True),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('state_why', sa.String(length=200), nullable=False),
    sa.Column('group', sa.String(length=20), nullable=False),
    sa.Column('category', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=40), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('author', sa.String(length=20), nullable=False),
    sa.Column('place', sa.String(length=40), nullable=False),
    sa.Column('equipment', sa.String(length=60), nullable=False),
    sa.Column('video', sa.String(length=40), nullable=False),
    sa.Column('link', sa.String(length=300), nullable=False),
    sa.Column('channel', sa.String(length=4), nullable=False),
    sa.Column('agreed_at', models.types.UTCDateTime(timezone=True), nullable=True),
    sa.Column('handed_in_at', models.types.UTCDateTime(timezone=True), nullable=True),
    sa.Column('handed_in_by', sa.String(length=64), nullable=False),
    sa.Column('judged_at', models.types.UTCDateTime(timezone=True), nullable=True),
    sa.Column('judged_by', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', models.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', models.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("state in ('draft', 'waiting', 'shown', 'refused', 'withdrawn')", name=op.f('ck_photo_works_state')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_photo_works_account_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_photo_works_campaign_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_photo_works')),
    sa.UniqueConstraint('campaign_id', 'number', name=op.f('uq_photo_works_campaign_id_number')),
    sa.UniqueConstraint('person_id', 'slot', name=op.f('uq_photo_works_person_id_slot')),
    sa.UniqueConstraint('public_id', name=op.f('uq_photo_works_public_id'))
    )
    op.create_index(op.f('ix_photo_works_account_id'), 'photo_works', ['account_id'], unique=False)
    op.create_index('ix_photo_works_state', 'photo_works', ['campaign_id', 'state', 'number'], unique=False)
    op.create_table('photo_decisions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('work_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('was', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('why_was', sa.String(length=200), nullable=False),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('undo', sa.Boolean(), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('by', sa.String(length=40), nullable=False),
    sa.Column('at', models.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('told_at', models.types.UTCDateTime(timezone=True), nullable=True),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_photo_decisions_account_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_photo_decisions_campaign_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['work_id'], ['photo_works.id'], name=op.f('fk_photo_decisions_work_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_photo_decisions')),
    sa.UniqueConstraint('work_id', 'version', name=op.f('uq_photo_decisions_work_id_version'))
    )
    op.create_index(op.f('ix_photo_decisions_account_id'), 'photo_decisions', ['account_id'], unique=False)
    op.create_index('ix_photo_decisions_untold', 'photo_decisions', ['told_at', 'at'], unique=False)
    op.create_table('photo_offers',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('mark', sa.String(length=32), nullable=False),
    sa.Column('message_key', sa.String(length=64), nullable=False),
    sa.Column('media_id', sa.String(length=200), nullable=False),
    sa.Column('form', sa.String(length=5), nullable=False),
    sa.Column('created_at', models.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("form in ('image', 'video')", name=op.f('ck_photo_offers_form')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_photo_offers_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_photo_offers')),
    sa.UniqueConstraint('account_id', 'message_key', name=op.f('uq_photo_offers_account_id_message_key'))
    )
    op.create_index('ix_photo_offers_mark', 'photo_offers', ['account_id', 'mark', 'id'], unique=False)
    op.create_table('photo_awards',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('work_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('level', sa.String(length=20), nullable=False),
    sa.Column('group', sa.String(length=20), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('withdrawn_why', sa.String(length=200), nullable=False),
    sa.Column('withdrawn_by', sa.String(length=40), nullable=False),
    sa.Column('withdrawn_at', models.types.UTCDateTime(timezone=True), nullable=True),
    sa.Column('given_by', sa.String(length=40), nullable=False),
    sa.Column('given_at', models.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_photo_awards_account_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_photo_awards_campaign_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['work_id'], ['photo_works.id'], name=op.f('fk_photo_awards_work_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_photo_awards')),
    sa.UniqueConstraint('campaign_id', 'level', 'group', 'place', name=op.f('uq_photo_awards_campaign_id_level_group_place')),
    sa.UniqueConstraint('public_id', name=op.f('uq_photo_awards_public_id')),
    sa.UniqueConstraint('work_id', name=op.f('uq_photo_awards_work_id'))
    )
    op.create_index(op.f('ix_photo_awards_account_id'), 'photo_awards', ['account_id'], unique=False)
    op.create_table('photo_months',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('work_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('words', sa.String(length=200), nullable=False),
    sa.Column('chosen_by', sa.String(length=40), nullable=False),
    sa.Column('chosen_at', models.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_photo_months_account_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_photo_months_campaign_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['work_id'], ['photo_works.id'], name=op.f('fk_photo_months_work_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_photo_months')),
    sa.UniqueConstraint('campaign_id', 'month', name=op.f('uq_photo_months_campaign_id_month'))
    )
    op.create_index(op.f('ix_photo_months_account_id'), 'photo_months', ['account_id'], unique=False)
    op.create_table('photo_objections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('work_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('about', sa.String(length=5), nullable=False),
    sa.Column('reason', models.types.Sealed(), nullable=True),
    sa.Column('contact', models.types.Sealed(), nullable=True),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('answer', sa.String(length=500), nullable=False),
    sa.Column('answered_by', sa.String(length=40), nullable=False),
    sa.Column('answered_at', models.types.UTCDateTime(timezone=True), nullable=True),
    sa.Column('created_at', models.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("about in ('award', 'work')", name=op.f('ck_photo_objections_about')),
    sa.CheckConstraint("state in ('open', 'upheld', 'rejected')", name=op.f('ck_photo_objections_state')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_photo_objections_account_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_photo_objections_campaign_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['work_id'], ['photo_works.id'], name=op.f('fk_photo_objections_work_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_photo_objections')),
    sa.UniqueConstraint('public_id', name=op.f('uq_photo_objections_public_id')),
    sa.UniqueConstraint('work_id', 'person_id', 'about', name=op.f('uq_photo_objections_work_id_person_id_about'))
    )
    op.create_index(op.f('ix_photo_objections_account_id'), 'photo_objections', ['account_id'], unique=False)
    op.create_index('ix_photo_objections_state', 'photo_objections', ['campaign_id', 'state', 'id'], unique=False)
    op.create_table('photo_pictures',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('work_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slot', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('problem', sa.String(length=200), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('original', sa.String(length=40), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('likeness', sa.BigInteger(), nullable=False),
    sa.Column('compared', sa.Boolean(), nullable=False),
    sa.Column('taken', sa.String(length=20), nullable=False),
    sa.Column('camera', sa.String(length=60), nullable=False),
    sa.Column('created_at', models.types.UTCDateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("state in ('fetching', 'kept', 'failed')", name=op.f('ck_photo_pictures_state')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_photo_pictures_account_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_photo_pictures_campaign_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['work_id'], ['photo_works.id'], name=op.f('fk_photo_pictures_work_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_photo_pictures')),
    sa.UniqueConstraint('public_id', name=op.f('uq_photo_pictures_public_id')),
    sa.UniqueConstraint('work_id', 'key', name=op.f('uq_photo_pictures_work_id_key')),
    sa.UniqueConstraint('work_id', 'slot', name=op.f('uq_photo_pictures_work_id_slot'))
    )
    op.create_index(op.f('ix_photo_pictures_account_id'), 'photo_pictures', ['account_id'], unique=False)
    op.create_index('ix_photo_pictures_compared', 'photo_pictures', ['campaign_id', 'compared', 'id'], unique=False)
    op.create_index('ix_photo_pictures_digest', 'photo_pictures', ['campaign_id', 'digest'], unique=False)
    op.create_table('photo_suspects',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('picture_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('other_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bits', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('judged_by', sa.String(length=40), nullable=False),
    sa.Column('judged_at', models.types.UTCDateTime(timezone=True), nullable=True),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("state in ('open', 'cleared', 'alike')", name=op.f('ck_photo_suspects_state')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_photo_suspects_account_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_photo_suspects_campaign_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['other_id'], ['photo_pictures.id'], name=op.f('fk_photo_suspects_other_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['picture_id'], ['photo_pictures.id'], name=op.f('fk_photo_suspects_picture_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_photo_suspects')),
    sa.UniqueConstraint('picture_id', 'other_id', name=op.f('uq_photo_suspects_picture_id_other_id'))
    )
    op.create_index(op.f('ix_photo_suspects_account_id'), 'photo_suspects', ['account_id'], unique=False)
    op.create_index('ix_photo_suspects_state', 'photo_suspects', ['campaign_id', 'state', 'id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_photo_suspects_state', table_name='photo_suspects')
    op.drop_index(op.f('ix_photo_suspects_account_id'), table_name='photo_suspects')
    op.drop_table('photo_suspects')
    op.drop_index('ix_photo_pictures_digest', table_name='photo_pictures')
    op.drop_index('ix_photo_pictures_compared', table_name='photo_pictures')
    op.drop_index(op.f('ix_photo_pictures_account_id'), table_name='photo_pictures')
    op.drop_table('photo_pictures')
    op.drop_index('ix_photo_objections_state', table_name='photo_objections')
    op.drop_index(op.f('ix_photo_objections_account_id'), table_name='photo_objections')
    op.drop_table('photo_objections')
    op.drop_index(op.f('ix_photo_months_account_id'), table_name='photo_months')
    op.drop_table('photo_months')
    op.drop_index(op.f('ix_photo_awards_account_id'), table_name='photo_awards')
    op.drop_table('photo_awards')
    op.drop_index('ix_photo_decisions_untold', table_name='photo_decisions')
    op.drop_index(op.f('ix_photo_decisions_account_id'), table_name='photo_decisions')
    op.drop_table('photo_decisions')
    op.drop_index('ix_photo_offers_mark', table_name='photo_offers')
    op.drop_table('photo_offers')
    op.drop_index('ix_photo_works_state', table_name='photo_works')
    op.drop_index(op.f('ix_photo_works_account_id'), table_name='photo_works')
    op.drop_table('photo_works')
    op.drop_column('campaigns', 'publicised_at')
