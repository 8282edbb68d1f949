"""Subscribe notices (订阅通知) of service accounts: a follower agrees once, and may then be written to once.

Source: WeChat doc pages 订阅通知 (wxaapi/newtmpl, 发送订阅通知).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wechat.api.base import Answer, Endpoints, as_int, as_rows, check_bytes, check_chars, check_count


@dataclass(frozen=True, slots=True)
class NoticeTemplate:
    """A template of the account. `content` shows its fields as {{name.DATA}}; `kind` 2: once, 3: for long."""

    template_id: str
    title: str
    content: str
    example: str
    kind: int


@dataclass(frozen=True, slots=True)
class Category:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Keyword:
    """A field that a template may have. `rule`: thing, date, phone_number …"""

    id: int
    name: str
    example: str
    rule: str


@dataclass(frozen=True, slots=True)
class PublicTitle:
    """A template of the public library; `tid` goes into `add_template`."""

    tid: str
    title: str
    kind: int
    category_id: str


@dataclass(frozen=True, slots=True)
class MiniProgramPage:
    appid: str
    page: str


class SubscribeMessages(Endpoints):
    """`api.subscribe`. All raise Invalid, WeChatError."""

    def list_templates(self) -> tuple[NoticeTemplate, ...]:
        return tuple(_read_template(row) for row in as_rows(self._get("/wxaapi/newtmpl/gettemplate"), "data"))

    def add_template(self, tid: str, keyword_ids: Sequence[int], scene: str) -> str:
        """Take a template from the library with 2 to 5 of its fields, in order; its id. `scene`: what for, ≤ 15 chars."""
        check_count("kidList", "关键词", keyword_ids, 2, 5)
        check_chars("sceneDesc", "使用场景", scene, 15, required=True)
        body = {"tid": tid, "kidList": list(keyword_ids), "sceneDesc": scene}
        return str(self._post("/wxaapi/newtmpl/addtemplate", body).get("priTmplId", ""))

    def delete_template(self, template_id: str) -> None:
        self._post("/wxaapi/newtmpl/deltemplate", {"priTmplId": template_id})

    def list_categories(self) -> tuple[Category, ...]:
        """The account's categories, which decide what the library offers."""
        rows = as_rows(self._get("/wxaapi/newtmpl/getcategory"), "data")
        return tuple(Category(as_int(row.get("id")), str(row.get("name", ""))) for row in rows)

    def list_keywords(self, tid: str) -> tuple[Keyword, ...]:
        rows = as_rows(self._get("/wxaapi/newtmpl/getpubtemplatekeywords", tid=tid), "data")
        return tuple(
            Keyword(
                as_int(r.get("kid")),
                str(r.get("name", "")),
                str(r.get("example", "")),
                str(r.get("rule", "")),
            )
            for r in rows
        )

    def list_public_titles(
        self, category_ids: Sequence[int], start: int = 0, limit: int = 30
    ) -> tuple[int, tuple[PublicTitle, ...]]:
        """(how many there are, up to 30 of them from `start`)."""
        check_count("ids", "类目", category_ids, 1, 30)
        ids = ",".join(str(number) for number in category_ids)
        answer = self._get("/wxaapi/newtmpl/getpubtemplatetitles", ids=ids, start=start, limit=min(limit, 30))
        titles = tuple(
            PublicTitle(
                str(row.get("tid", "")),
                str(row.get("title", "")),
                as_int(row.get("type")),
                str(row.get("categoryId", "")),
            )
            for row in as_rows(answer, "data")
        )
        return as_int(answer.get("count")), titles

    def send(
        self,
        openid: str,
        template_id: str,
        values: Mapping[str, str],
        *,
        page: str = "",
        miniprogram: MiniProgramPage | None = None,
    ) -> None:
        """One notice. `values`: field name → text. `page`: address it opens. Raises WeChatError 43101 without consent."""
        check_chars("touser", "接收人", openid, 64, required=True)
        check_chars("template_id", "模板编号", template_id, 128, required=True)
        check_bytes("page", "链接", page, 1024)
        body: dict[str, object] = {"touser": openid, "template_id": template_id}
        if page:
            body["page"] = page
        if miniprogram:
            body["miniprogram"] = {"appid": miniprogram.appid, "pagepath": miniprogram.page}
        body["data"] = {name: {"value": value} for name, value in values.items()}
        self._post("/cgi-bin/message/subscribe/bizsend", body)


def _read_template(row: Answer) -> NoticeTemplate:
    return NoticeTemplate(
        template_id=str(row.get("priTmplId", "")),
        title=str(row.get("title", "")),
        content=str(row.get("content", "")),
        example=str(row.get("example", "")),
        kind=as_int(row.get("type")),
    )
