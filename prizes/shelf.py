"""Draws that workers may see, in memory, by account. Their seeds are not among what is kept here."""

from sqlalchemy.orm import Session

from core.errors import NotFound
from prizes.store import list_open_views
from prizes.view import DrawView


class DrawShelf:
    """Swapped in at once when draws change."""

    def __init__(self) -> None:
        self._by_id: dict[tuple[int, str], DrawView] = {}

    def load(self, session: Session) -> None:
        self._by_id = {(view.account_id, view.public_id): view for view in list_open_views(session)}

    def get(self, account_id: int, public_id: str) -> DrawView:
        """Raises NotFound for one that was never opened."""
        view = self._by_id.get((account_id, public_id))
        if view is None:
            raise NotFound("no_draw", "没有这个抽奖，或者它还没有开放。")
        return view

    def of_account(self, account_id: int) -> list[DrawView]:
        """Newest first."""
        return [view for (owner, _), view in self._by_id.items() if owner == account_id]
