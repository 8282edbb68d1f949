"""National statutes, article by article: public texts that all accounts of the installation share."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Statute(Base):
    """One version of a statute; a newer one takes its place. `name` is what people call it: 劳动合同法."""

    __tablename__ = "statutes"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(200))
    version: Mapped[date]
    info: Mapped[str] = mapped_column(Text, default="")
    """When it was passed and amended, as its text says."""
    preamble: Mapped[str] = mapped_column(Text, default="")
    appendix: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(200))
    """The name of the file it came from."""
    imported_at: Mapped[datetime]


class StatuteArticle(Base):
    """An article (第十九条); `branch` counts 之一, 之二 … of its number, 0 for the article itself."""

    __tablename__ = "statute_articles"
    __table_args__ = (UniqueConstraint("statute_id", "number", "branch"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    statute_id: Mapped[int] = mapped_column(ForeignKey("statutes.id", ondelete="CASCADE"))
    number: Mapped[int]
    branch: Mapped[int] = mapped_column(default=0)
    chapter: Mapped[str] = mapped_column(String(200), default="")
    section: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
