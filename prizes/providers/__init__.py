"""Who tops up telephones: the provider that the settings name."""

import os

from core.settings import Settings
from prizes.providers.base import NoProvider, Provider
from prizes.providers.http import HttpProvider
from prizes.providers.local import LocalProvider


def provider_of(settings: Settings) -> Provider:
    """The one `prizes.credit` names; in production never the local one, which tops up nothing."""
    chosen = settings.prizes
    if chosen.credit == "http":
        return HttpProvider(chosen.credit_url, os.environ.get("CREDIT_KEY", ""), chosen.credit_timeout_s)
    if settings.production:
        return NoProvider("还没有配置话费充值接口（prizes.credit: http）")
    return LocalProvider(settings.var_dir / "credit")
