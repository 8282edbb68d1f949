"""Pictures that authors send: read, drawn anew for the public, the original sealed. What `keep` returns is safe on disk."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from campaigns.kinds.photo.works import Kept
from house.parts import Parts
from pictures.drawing import draw
from pictures.facts import read_facts
from pictures.likeness import to_column
from pictures.reading import read_header
from pictures.vault import Vault
from web.storage import MediaStore


class Keeper:
    """The media folder for what everybody may see, the vault for what only staff may."""

    def __init__(self, vault: Vault, media: MediaStore) -> None:
        self._vault = vault
        self._media = media

    @classmethod
    def of(cls, parts: Parts) -> "Keeper":
        """The installation's, for web and worker."""
        settings = parts.settings
        vault = Vault(settings.var_dir / "originals", settings.secret_key)
        return cls(vault, MediaStore(settings.var_dir / "media"))

    def keep(self, data: bytes, name: str = "") -> Kept:
        """`name`: what the file called itself. Both files are synced to disk when it returns. Raises Invalid."""
        read_header(data, name)
        drawn, facts = draw(data), read_facts(data)
        return Kept(
            name=self._media.keep_drawn(drawn.full, drawn.small),
            original=self._vault.seal(data),
            width=drawn.width,
            height=drawn.height,
            digest=hashlib.sha256(data).hexdigest(),
            likeness=to_column(drawn.likeness),
            taken=f"{facts.taken_at:%Y-%m-%d %H:%M}" if facts.taken_at else "",
            camera=facts.camera,
        )

    def original(self, name: str) -> Iterator[bytes]:
        """A sealed original, opened. Raises NotFound; a damaged one raises before anything wrong is given out."""
        return self._vault.open(name)

    def drop_unused(self, before: datetime, used: set[str]) -> int:
        """Originals older than `before` that no row refers to; how many."""
        unused = [name for name in self._vault.list_old(before) if name not in used]
        for name in unused:
            self._vault.remove(name)
        return len(unused)
