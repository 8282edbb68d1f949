"""`flask simulate`: traffic from the simulator's command line, against the running service."""

import click

from commands.running import simulator_accounts_path
from core.errors import ConfigError, DomainError
from house.current import parts
from simulator.traffic import run


@click.command("simulate")
@click.option("--messages", default=1000, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--followers", default=50, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--concurrency", default=8, show_default=True, type=click.IntRange(1, 64))
@click.option("--account", "account_key", default="demo", show_default=True)
@click.option("--seed", default=1, show_default=True)
def simulate(messages: int, followers: int, concurrency: int, account_key: str, seed: int) -> None:
    """Send signed, encrypted messages of all kinds to the service and print how long the answers took."""
    house = parts()
    if not house.settings.simulator.enabled:
        raise ConfigError("simulator", "模拟器没有开启：在 config.yaml 里设置 simulator.enabled: true")
    path = simulator_accounts_path(house)
    if not path.exists():
        raise ConfigError("not_running", "服务还没有启动过：先运行 make run")
    figures = run(path, account_key, messages, followers, concurrency, seed)
    if figures.errors:
        raise DomainError("errors", f"{figures.errors} 条消息没有得到正确的答复")
