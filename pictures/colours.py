"""Colours as every screen shows them (sRGB), for `drawing`."""

import io

from PIL import Image, ImageCms

_SPACES = {"RGB": b"RGB ", "RGBA": b"RGB ", "CMYK": b"CMYK"}
_USUAL = (b"sRGB", "sRGB".encode("utf-16-be"))


def to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """The same picture with its colours turned from `profile` (ICC) to sRGB; as it is where the profile is usual, none or bad."""
    if not _is_sound(profile, picture.mode) or any(name in profile for name in _USUAL):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        turned = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return picture if turned is None else turned


def _is_sound(profile: bytes, mode: str) -> bool:
    """By its head (ICC.1): the length is true, and the colours are those of the picture."""
    return (
        len(profile) > 128
        and int.from_bytes(profile[:4], "big") == len(profile)
        and profile[36:40] == b"acsp"
        and profile[16:20] == _SPACES.get(mode)
    )
