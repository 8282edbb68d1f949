"""The lines of 额度汇总: one account each, whoever needs a look first."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.api_uses import Standing
from accounts.directory import AccountView
from accounts.mass import Left


@dataclass(frozen=True, slots=True)
class AccountLine:
    """What is left of one account, as the summary of an organisation shows it."""

    account: AccountView
    standings: tuple[Standing, ...]
    mass: tuple[Left, ...]

    @property
    def worst(self) -> Standing | None:
        """The endpoint nearest its end; None where nothing with a limit was called today."""
        limited = [one for one in self.standings if one.left is not None]
        return max(limited, key=lambda one: one.share, default=None)

    @property
    def near(self) -> bool:
        return any(one.near for one in self.standings)


def nearest_first(lines: Iterable[AccountLine]) -> list[AccountLine]:
    """In the order in which somebody should look at them."""
    return sorted(lines, key=lambda line: (-(line.worst.share if line.worst else 0), line.account.name))
