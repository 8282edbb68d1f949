"""statutes"""

import sqlalchemy as sa
from alembic import op
import models.types


revision = '5d0c8a41be72'
down_revision = 'abc964447847'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('statutes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('version', sa.Date(), nullable=False),
    sa.Column('info', sa.Text(), nullable=False),
    sa.Column('preamble', sa.Text(), nullable=False),
    sa.Column('appendix', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('imported_at', models.types.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statutes')),
    sa.UniqueConstraint('name', name=op.f('uq_statutes_name'))
    )
    op.create_table('statute_articles',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('statute_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('branch', sa.Integer(), nullable=False),
    sa.Column('chapter', sa.String(length=200), nullable=False),
    sa.Column('section', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['statute_id'], ['statutes.id'], name=op.f('fk_statute_articles_statute_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statute_articles')),
    sa.UniqueConstraint('statute_id', 'number', 'branch', name=op.f('uq_statute_articles_statute_id_number_branch'))
    )


def downgrade() -> None:
    op.drop_table('statute_articles')
    op.drop_table('statutes')
