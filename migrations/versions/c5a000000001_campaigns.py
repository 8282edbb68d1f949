"""Campaigns, the ledger of people, limits and repeated requests, draws and prizes.

Revision ID: c5a000000001
Revises: c4a000000009
"""

import sqlalchemy as sa
from alembic import op

import models.types

revision = "c5a000000001"
down_revision = "c4a000000009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=30), nullable=False),
        sa.Column("summary", sa.String(length=120), nullable=False),
        sa.Column("word", sa.String(length=20), nullable=False),
        sa.Column("cover", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("opens_at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("closes_at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", models.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("eligibility", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("settings", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("rules", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("rules_hash", sa.String(length=64), nullable=False),
        sa.Column("opened_at", models.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("frozen_why", sa.String(length=200), nullable=False),
        sa.Column("frozen_at", models.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("extended_from", models.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("extended_why", sa.String(length=200), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=True),
        sa.Column("draw_hash", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('draft', 'checked', 'live', 'frozen', 'publicised', 'archived', 'deleted')",
            name=op.f("ck_campaigns_state"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_campaigns_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("public_id", name=op.f("uq_campaigns_public_id")),
    )
    op.create_index(op.f("ix_campaigns_account_id"), "campaigns", ["account_id"], unique=False)
    op.create_index("ix_campaigns_state_closes", "campaigns", ["state", "closes_at"], unique=False)
    op.create_index("ix_campaigns_state_opens", "campaigns", ["state", "opens_at"], unique=False)
    op.create_index("ix_campaigns_account_opens", "campaigns", ["account_id", "opens_at", "id"], unique=False)
    op.create_table(
        "campaign_exports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("suffix", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("touched_at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('waiting', 'working', 'done', 'failed')", name=op.f("ck_campaign_exports_state")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_campaign_exports_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_campaign_exports_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_exports")),
        sa.UniqueConstraint("public_id", name=op.f("uq_campaign_exports_public_id")),
    )
    op.create_index(op.f("ix_campaign_exports_account_id"), "campaign_exports", ["account_id"], unique=False)
    op.create_index(
        "ix_campaign_exports_campaign", "campaign_exports", ["campaign_id", "asked_at"], unique=False
    )
    op.create_index("ix_campaign_exports_state", "campaign_exports", ["state", "asked_at"], unique=False)
    op.create_table(
        "credit_orders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("win_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("order_no", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.Column("asked_at", models.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("done_at", models.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('pending', 'sent', 'confirmed', 'failed')", name=op.f("ck_credit_orders_state")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_credit_orders_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_orders")),
        sa.UniqueConstraint("order_no", name=op.f("uq_credit_orders_order_no")),
        sa.UniqueConstraint("win_id", "attempt", name=op.f("uq_credit_orders_win_id_attempt")),
    )
    op.create_index(op.f("ix_credit_orders_account_id"), "credit_orders", ["account_id"], unique=False)
    op.create_index("ix_credit_orders_state", "credit_orders", ["state", "asked_at"], unique=False)
    op.create_table(
        "draws",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=30), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("face", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opens_at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("closes_at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("claim_days", sa.Integer(), nullable=False),
        sa.Column("turns_per_day", sa.Integer(), nullable=False),
        sa.Column("turns_per_person", sa.Integer(), nullable=False),
        sa.Column("wins_per_person", sa.Integer(), nullable=False),
        sa.Column("wins_per_phone", sa.Integer(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("next_slot", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("seed", models.types.Sealed(), nullable=True),
        sa.Column("revealed_seed", sa.String(length=64), nullable=False),
        sa.Column("entropy_source", sa.String(length=80), nullable=False),
        sa.Column("entropy", sa.String(length=80), nullable=False),
        sa.Column("list_hash", sa.String(length=64), nullable=False),
        sa.Column("opened_at", models.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("closed_at", models.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("face in ('scratch', 'wheel', 'envelope')", name=op.f("ck_draws_face")),
        sa.CheckConstraint("mode in ('odds', 'tape', 'final')", name=op.f("ck_draws_mode")),
        sa.CheckConstraint("state in ('draft', 'open', 'closed', 'revealed')", name=op.f("ck_draws_state")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_draws_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draws")),
        sa.UniqueConstraint("public_id", name=op.f("uq_draws_public_id")),
    )
    op.create_index(op.f("ix_draws_account_id"), "draws", ["account_id"], unique=False)
    op.create_table(
        "draw_exclusions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_draw_exclusions_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draws.id"], name=op.f("fk_draw_exclusions_draw_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_exclusions")),
        sa.UniqueConstraint("draw_id", "mark", name=op.f("uq_draw_exclusions_draw_id_mark")),
    )
    op.create_index(op.f("ix_draw_exclusions_account_id"), "draw_exclusions", ["account_id"], unique=False)
    op.create_table(
        "ledger_people",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.String(length=24), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=True),
        sa.Column("name", models.types.Sealed(), nullable=True),
        sa.Column("region", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("trade", sa.String(length=20), nullable=False),
        sa.Column("member_number", models.types.Sealed(), nullable=True),
        sa.Column("joined_at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_ledger_people_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_people")),
        sa.UniqueConstraint(
            "account_id", "scope", "mark", name=op.f("uq_ledger_people_account_id_scope_mark")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_ledger_people_public_id")),
    )
    op.create_index(op.f("ix_ledger_people_account_id"), "ledger_people", ["account_id"], unique=False)
    op.create_index("ix_ledger_people_openid", "ledger_people", ["account_id", "openid"], unique=False)
    op.create_index("ix_ledger_people_scope", "ledger_people", ["account_id", "scope", "id"], unique=False)
    op.create_table(
        "ledger_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("body", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_ledger_requests_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_requests")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_ledger_requests_person_id_key")),
    )
    op.create_index(op.f("ix_ledger_requests_account_id"), "ledger_requests", ["account_id"], unique=False)
    op.create_index(op.f("ix_ledger_requests_at"), "ledger_requests", ["at"], unique=False)
    op.create_table(
        "ledger_uses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scope", sa.String(length=24), nullable=False),
        sa.Column("holder", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slot", sa.String(length=40), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_ledger_uses_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_uses")),
        sa.UniqueConstraint(
            "account_id", "scope", "holder", "slot", name=op.f("uq_ledger_uses_account_id_scope_holder_slot")
        ),
    )
    op.create_index(op.f("ix_ledger_uses_account_id"), "ledger_uses", ["account_id"], unique=False)
    op.create_table(
        "draw_chances",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("earned_at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("spent_at", models.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_draw_chances_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draws.id"], name=op.f("fk_draw_chances_draw_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_chances")),
        sa.UniqueConstraint("draw_id", "source", name=op.f("uq_draw_chances_draw_id_source")),
    )
    op.create_index(
        op.f("ix_draw_chances_draw_id_person_id"), "draw_chances", ["draw_id", "person_id"], unique=False
    )
    if op.get_bind().dialect.name == "postgresql":
        # Room for each chance to be spent on its own page, without a new entry in any index.
        op.execute("ALTER TABLE draw_chances SET (fillfactor = 60)")
    op.create_table(
        "prizes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value_fen", sa.Integer(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("odds", sa.String(length=20), nullable=False),
        sa.Column("delivery", sa.String(length=8), nullable=False),
        sa.Column("picture", sa.String(length=40), nullable=False),
        sa.Column("how", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind in ('code', 'credit', 'goods')", name=op.f("ck_prizes_kind")),
        sa.CheckConstraint("delivery in ('post', 'pickup')", name=op.f("ck_prizes_delivery")),
        sa.CheckConstraint("given >= 0 and given <= stock", name=op.f("ck_prizes_stock")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_prizes_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draws.id"], name=op.f("fk_prizes_draw_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prizes")),
        sa.UniqueConstraint("draw_id", "position", name=op.f("uq_prizes_draw_id_position")),
        sa.UniqueConstraint("public_id", name=op.f("uq_prizes_public_id")),
    )
    op.create_index(op.f("ix_prizes_account_id"), "prizes", ["account_id"], unique=False)
    op.create_table(
        "draw_turns",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("chance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("prize_id", sa.Integer(), nullable=True),
        sa.Column("at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_turns")),
        sa.UniqueConstraint("draw_id", "slot", name=op.f("uq_draw_turns_draw_id_slot")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_draw_turns_person_id_key")),
    )
    op.create_table(
        "prize_codes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("prize_id", sa.Integer(), nullable=False),
        sa.Column("code", models.types.Sealed(), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("win_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("given_at", models.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_prize_codes_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["prize_id"], ["prizes.id"], name=op.f("fk_prize_codes_prize_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prize_codes")),
        sa.UniqueConstraint("prize_id", "mark", name=op.f("uq_prize_codes_prize_id_mark")),
        sa.UniqueConstraint("win_id", name=op.f("uq_prize_codes_win_id")),
    )
    op.create_index(op.f("ix_prize_codes_account_id"), "prize_codes", ["account_id"], unique=False)
    op.create_index("ix_prize_codes_free", "prize_codes", ["prize_id", "win_id"], unique=False)
    op.create_table(
        "wins",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("prize_id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("won_at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("deadline", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", models.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", models.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("done_at", models.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("name", models.types.Sealed(), nullable=True),
        sa.Column("phone", models.types.Sealed(), nullable=True),
        sa.Column("phone_mark", sa.String(length=32), nullable=False),
        sa.Column("address", models.types.Sealed(), nullable=True),
        sa.Column("asked_at", models.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("keeper", sa.String(length=32), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('won', 'claimed', 'sent', 'confirmed', 'failed', 'forfeited')",
            name=op.f("ck_wins_state"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_wins_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draws.id"], name=op.f("fk_wins_draw_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["prize_id"], ["prizes.id"], name=op.f("fk_wins_prize_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wins")),
        sa.UniqueConstraint("public_id", name=op.f("uq_wins_public_id")),
        sa.UniqueConstraint("turn_id", name=op.f("uq_wins_turn_id")),
    )
    op.create_index(op.f("ix_wins_account_id"), "wins", ["account_id"], unique=False)
    op.create_index("ix_wins_listed", "wins", ["account_id", "id"], unique=False)
    op.create_index("ix_wins_listed_state", "wins", ["account_id", "state", "id"], unique=False)
    op.create_index("ix_wins_prize_state", "wins", ["prize_id", "state", "id"], unique=False)
    op.create_index("ix_wins_person", "wins", ["draw_id", "person_id"], unique=False)
    op.create_index("ix_wins_phone", "wins", ["draw_id", "phone_mark"], unique=False)
    op.create_index("ix_wins_state_deadline", "wins", ["state", "deadline"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_wins_state_deadline", table_name="wins")
    op.drop_index("ix_wins_phone", table_name="wins")
    op.drop_index("ix_wins_person", table_name="wins")
    op.drop_index("ix_wins_prize_state", table_name="wins")
    op.drop_index("ix_wins_listed_state", table_name="wins")
    op.drop_index("ix_wins_listed", table_name="wins")
    op.drop_index(op.f("ix_wins_account_id"), table_name="wins")
    op.drop_table("wins")
    op.drop_index("ix_prize_codes_free", table_name="prize_codes")
    op.drop_index(op.f("ix_prize_codes_account_id"), table_name="prize_codes")
    op.drop_table("prize_codes")
    op.drop_table("draw_turns")
    op.drop_index(op.f("ix_prizes_account_id"), table_name="prizes")
    op.drop_table("prizes")
    op.drop_index(op.f("ix_draw_chances_draw_id_person_id"), table_name="draw_chances")
    op.drop_table("draw_chances")
    op.drop_index(op.f("ix_ledger_uses_account_id"), table_name="ledger_uses")
    op.drop_table("ledger_uses")
    op.drop_index(op.f("ix_ledger_requests_at"), table_name="ledger_requests")
    op.drop_index(op.f("ix_ledger_requests_account_id"), table_name="ledger_requests")
    op.drop_table("ledger_requests")
    op.drop_index("ix_ledger_people_scope", table_name="ledger_people")
    op.drop_index("ix_ledger_people_openid", table_name="ledger_people")
    op.drop_index(op.f("ix_ledger_people_account_id"), table_name="ledger_people")
    op.drop_table("ledger_people")
    op.drop_index(op.f("ix_draw_exclusions_account_id"), table_name="draw_exclusions")
    op.drop_table("draw_exclusions")
    op.drop_index(op.f("ix_draws_account_id"), table_name="draws")
    op.drop_table("draws")
    op.drop_index("ix_credit_orders_state", table_name="credit_orders")
    op.drop_index(op.f("ix_credit_orders_account_id"), table_name="credit_orders")
    op.drop_table("credit_orders")
    op.drop_index("ix_campaign_exports_state", table_name="campaign_exports")
    op.drop_index("ix_campaign_exports_campaign", table_name="campaign_exports")
    op.drop_index(op.f("ix_campaign_exports_account_id"), table_name="campaign_exports")
    op.drop_table("campaign_exports")
    op.drop_index("ix_campaigns_account_opens", table_name="campaigns")
    op.drop_index("ix_campaigns_state_opens", table_name="campaigns")
    op.drop_index("ix_campaigns_state_closes", table_name="campaigns")
    op.drop_index(op.f("ix_campaigns_account_id"), table_name="campaigns")
    op.drop_table("campaigns")
