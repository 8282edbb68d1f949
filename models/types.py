"""Column types: aware UTC times, JSON, and sealed (encrypted) text."""

from datetime import UTC, datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, LargeBinary
from sqlalchemy.types import TypeDecorator

from core.errors import ConfigError

BigId = BigInteger().with_variant(Integer, "sqlite")
"""Row ids of tables that grow: SQLite only numbers INTEGER keys by itself."""

Json = JSON(none_as_null=True)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored as UTC. A naive one is refused, since nobody knows what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime was about to be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sealed(TypeDecorator[str]):
    """Text that is encrypted in the database (Fernet) with a key from the environment, set once by `use_key`."""

    impl = LargeBinary
    cache_ok = True
    _fernet: Fernet | None = None

    @classmethod
    def use_key(cls, fernet_key: bytes) -> None:
        """Set the process's key: 32 bytes, URL-safe base64 (`core.settings` derives it from SECRET_KEY)."""
        cls._fernet = Fernet(fernet_key)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else self._key().encrypt(value.encode())

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        try:
            return self._key().decrypt(bytes(value)).decode()
        except InvalidToken:
            raise ConfigError(
                "secret_key_changed",
                "这个数据库里的密钥不是用当前的 SECRET_KEY 加密的：请恢复原来的 SECRET_KEY 再启动",
            ) from None

    @classmethod
    def _key(cls) -> Fernet:
        if cls._fernet is None:
            raise RuntimeError("Sealed.use_key was not called at start")
        return cls._fernet
