"""Settings: config.yaml and a few environment variables, checked once at start into frozen values."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.checks import explain_all
from core.errors import ConfigError
from core.yaml_files import fault_place

ROOT = Path(__file__).resolve().parent.parent
"""The folder of app.py."""

_SECRET_CHARS = 32

Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=3600)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ServerSettings(_Section):
    host: str = "127.0.0.1"
    port: Port = 8000
    public_url: str = ""
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    threads: Annotated[int, Field(ge=2, le=128)] = 4
    trusted_proxies: Annotated[int, Field(ge=0, le=10)] = 0


class WebhookSettings(_Section):
    max_body_bytes: Annotated[int, Field(ge=4096, le=10_000_000)] = 131_072
    age_window_s: Annotated[int, Field(ge=10, le=3600)] = 300
    deadline_s: Annotated[float, Field(gt=0, le=4.5)] = 4.0
    reply_ttl_s: Annotated[int, Field(ge=20, le=86_400)] = 900
    talk_ttl_s: Annotated[int, Field(ge=10, le=86_400)] = 600
    slow_slots: Annotated[int, Field(ge=1, le=64)] = 2

    @model_validator(mode="after")
    def replies_outlive_the_window(self) -> "WebhookSettings":
        if self.reply_ttl_s < 2 * self.age_window_s:
            raise ValueError(
                "reply_ttl_s must be at least twice age_window_s, or an old callback could be replayed"
            )
        return self


class WeChatSettings(_Section):
    api_url: str = "https://api.weixin.qq.com"
    open_url: str = "https://open.weixin.qq.com"
    connect_timeout_s: Seconds = 3.0
    read_timeout_s: Seconds = 5.0


class FaqSettings(_Section):
    answer_from: Annotated[float, Field(ge=0, le=1)] = 0.7
    suggest_from: Annotated[float, Field(ge=0, le=1)] = 0.35
    margin: Annotated[float, Field(ge=0, le=1)] = 0.3
    sibling_margin: Annotated[float, Field(ge=0, le=1)] = 0.1
    gap_days: Annotated[int, Field(ge=1, le=3650)] = 180


class PushSettings(_Section):
    mass_per_day: Annotated[int, Field(ge=0)] = 1
    mass_per_month: Annotated[int, Field(ge=0)] = 4


class PrizesSettings(_Section):
    credit: Literal["local", "http"] = "local"
    credit_url: str = ""
    credit_timeout_s: Annotated[float, Field(gt=0, le=60)] = 10.0

    @model_validator(mode="after")
    def http_has_an_address(self) -> "PrizesSettings":
        if self.credit == "http" and not self.credit_url.startswith(("https://", "http://127.0.0.1")):
            raise ValueError("prizes.credit 为 http 时，credit_url 应为 https:// 开头的接口地址")
        return self


class WorkerSettings(_Section):
    tick_s: Annotated[float, Field(ge=0.1, le=60)] = 1.0
    outbox_batch: Annotated[int, Field(ge=1, le=1000)] = 20
    outbox_hours: Annotated[float, Field(gt=0, le=720)] = 48


class SimulatorSettings(_Section):
    enabled: bool = False
    port: Port = 8001


class Settings(_Section):
    """All settings. Paths are absolute; `secret_key` never appears in repr or logs."""

    production: bool = False
    server: ServerSettings = ServerSettings()
    database_url: str = Field(default="", repr=False)
    redis_url: str = Field(default="", repr=False)
    redis_timeout_s: Seconds = 0.3
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    webhook: WebhookSettings = WebhookSettings()
    wechat: WeChatSettings = WeChatSettings()
    faq: FaqSettings = FaqSettings()
    push: PushSettings = PushSettings()
    prizes: PrizesSettings = PrizesSettings()
    worker: WorkerSettings = WorkerSettings()
    simulator: SimulatorSettings = SimulatorSettings()
    var_dir: Path = ROOT / "var"
    secret_key: str = Field(default="", repr=False)

    @model_validator(mode="after")
    def some_threads_never_wait(self) -> "Settings":
        if self.server.threads < self.webhook.slow_slots + 2:
            raise ValueError(
                "server.threads 至少应比 webhook.slow_slots 大 2，否则数据库一慢，所有消息都得不到回答"
            )
        return self

    @model_validator(mode="after")
    def each_its_port(self) -> "Settings":
        if self.simulator.enabled and self.simulator.port == self.server.port:
            raise ValueError(f"server.port 和 simulator.port 都是 {self.server.port}，请改其中一个")
        return self

    @property
    def public_url(self) -> str:
        """The address phones use, without a slash at the end."""
        return self.server.public_url.rstrip("/") or f"http://{self.server.host}:{self.server.port}"

    @property
    def journal_dir(self) -> Path:
        return self.var_dir / "journal"

    def derive_key(self, purpose: str) -> bytes:
        """32 bytes for one purpose, derived from SECRET_KEY (HKDF-SHA256)."""
        return HKDF(hashes.SHA256(), 32, b"zhijia", purpose.encode()).derive(self.secret_key.encode())


def load_settings(env: Mapping[str, str] | None = None, var_dir: Path | None = None) -> Settings:
    """Read config.yaml (or the file ZHIJIA_CONFIG names) and the environment.

    Raises ConfigError, in Chinese, with the file and the name of the setting that is wrong.
    """
    env = os.environ if env is None else env
    path = Path(env.get("ZHIJIA_CONFIG") or ROOT / "config.yaml")
    values = _read_yaml(path)
    if var_dir is not None or env.get("ZHIJIA_VAR"):
        values["var_dir"] = (var_dir or Path(env["ZHIJIA_VAR"])).absolute()
    for name, variable in (("database_url", "DATABASE_URL"), ("redis_url", "REDIS_URL")):
        if env.get(variable):
            values[name] = env[variable]
    if env.get("PORT"):
        _set_port(values, "server", env["PORT"])
    if env.get("SIMULATOR_PORT"):
        _set_port(values, "simulator", env["SIMULATOR_PORT"])
    values["secret_key"] = env.get("SECRET_KEY", "")
    settings = _check(values, path)
    if not settings.database_url:
        settings = settings.model_copy(
            update={"database_url": f"sqlite:///{settings.var_dir}/zhijia.sqlite3"}
        )
    if settings.production and len(settings.secret_key) < _SECRET_CHARS:
        raise ConfigError(
            "no_secret_key", f"生产环境必须设置环境变量 SECRET_KEY（至少 {_SECRET_CHARS} 个随机字符）"
        )
    return settings if settings.secret_key else _with_development_key(settings)


def _set_port(values: dict[str, Any], section: str, port: str) -> None:
    known = values.get(section) or {}
    if isinstance(known, dict):  # anything else is left for the check to report
        values[section] = {**known, "port": port}


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        values = yaml.safe_load(path.read_text("utf-8")) or {}
    except FileNotFoundError:
        raise ConfigError("no_config", f"找不到配置文件 {path}") from None
    except OSError as error:
        raise ConfigError("no_config", f"读不到配置文件 {path}：{error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError("bad_config", f"配置文件 {path} 不是 UTF-8 文本") from None
    except yaml.YAMLError as error:
        place = fault_place(error)
        raise ConfigError("bad_config", f"配置文件 {path} 不是正确的 YAML：{place}") from None
    if not isinstance(values, dict):
        raise ConfigError("bad_config", f"配置文件 {path} 的最外层应为“名称: 值”")
    return values


def _check(values: dict[str, Any], path: Path) -> Settings:
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        # Inputs stay out of the message: a misplaced secret must not reach a log.
        problems = explain_all(error)
        raise ConfigError("bad_config", f"配置文件 {path} 或环境变量有误：{problems}") from None


def _with_development_key(settings: Settings) -> Settings:
    path = settings.var_dir / "secret_key"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    key = path.read_text().strip()
    if not key:
        raise ConfigError("no_secret_key", f"{path} 是空文件：请删除它再启动")
    return settings.model_copy(update={"secret_key": key})
