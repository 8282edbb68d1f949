"""Files for which the platform only gives an address (films): fetched in parts, never more than is wanted."""

import requests

from core.errors import Invalid
from wechat.errors import Unreachable

_PART = 256 * 1024
_TIMEOUT_S = (5.0, 30.0)


def read_remote(url: str, most_bytes: int) -> bytes:
    """What lies at `url`. Raises Unreachable, and Invalid for what is larger or at no address of the web."""
    if not url.startswith(("https://", "http://")):
        raise Invalid("no_address", "微信没有给出下载的地址，请重新发一次。")
    failed = ""
    try:
        with requests.get(url, stream=True, timeout=_TIMEOUT_S, allow_redirects=False) as response:
            if response.status_code == requests.codes.ok:
                return _read(response, most_bytes)
            failed = f"HTTP {response.status_code}"
    except requests.RequestException as error:
        failed = type(error).__name__
    # Outside of the `except`: the address holds what only we may know.
    raise Unreachable("从微信下载文件没有成功", sent_maybe=False, reason=failed)


def _read(response: requests.Response, most_bytes: int) -> bytes:
    whole = bytearray()
    for part in response.iter_content(_PART):
        whole += part
        if len(whole) > most_bytes:
            raise Invalid("too_large", f"文件超过 {most_bytes // 1024 // 1024} MB，请压缩后再发。")
    return bytes(whole)
