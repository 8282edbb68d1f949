"""Pictures of scene codes for posters: drawn here from the address that the platform gave, so that no call is spent."""

import io

import segno

PNG, SVG = "image/png", "image/svg+xml"


def png(url: str) -> bytes:
    """About 1000 pixels wide, with the quiet zone: prints sharply up to a sheet of A4."""
    code = segno.make(url, error="m", micro=False)
    out = io.BytesIO()
    code.save(out, kind="png", border=4, scale=max(1, 1000 // (code.symbol_size(border=4)[0])))
    return out.getvalue()


def svg(url: str) -> bytes:
    """For printers: sharp at any size."""
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="svg", border=4, scale=10)
    return out.getvalue()
