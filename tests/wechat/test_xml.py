"""The parser's bounds: what is refused, how fast, and that nothing but Malformed comes out."""

import contextlib
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import messages
from wechat import reader, xml
from wechat.messages import Inbound
from wechat.xml import MAX_DEPTH, MAX_ELEMENTS, Malformed, cdata, parse


def test_fields_lists_nesting_and_white_space():
    body = b"<xml><A> x </A><B/><C>1</C><C>2</C><C>3</C><D><E>5</E><F><G>6</G></F></D></xml>"
    assert parse(body) == {"A": " x ", "B": "", "C": ["1", "2", "3"], "D": {"E": "5", "F": {"G": "6"}}}


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf<xml><A>1</A></xml>",
        b'<?xml version="1.0"?><xml><A>1</A></xml>',
        b'<?xml version="1.0" encoding="UTF-8"?>\n<xml><A>1</A></xml>\n',
        b"<!-- c --><xml><!-- c --><A>1<!-- c --></A></xml><!-- c -->",
        b'<xml xmlns="x" a="1"><A b="2">1</A></xml>',
        b"<xml><?pi x?><A><![CDATA[1]]></A></xml>",
        b"<xml><A><![CDATA[]]>1<![CDATA[]]></A></xml>",
    ],
)
def test_harmless_forms_of_the_same_message(body):
    assert parse(body) == {"A": "1"}


_TAGS = st.sampled_from(["A", "B1", "xml", "_C", "ToUserName"])
_VALUES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "]",
            "]]",
            "]]>",
            "\r\n",
            "\r",
            "\t\n ",
            "&amp;",
            "<A>",
            "12",
            "-1.5",
            "\x0b",
            "\x7f",
            "\ufffe",
            "😀",
        ]
    ),
)


@given(
    st.lists(st.tuples(_TAGS, _VALUES, st.booleans()), max_size=6),
    st.sampled_from(["", " ", "\n", "\r\n", "x"]),
    st.sampled_from(["", "\n", "\f", "\x1c", "<A/>"]),
)
@settings(max_examples=1500, deadline=None)
def test_the_short_cut_finds_what_expat_finds_or_nothing(children, space, end):
    inside = space.join(
        f"<{tag}>{f'<![CDATA[{value}]]>' if quoted else value}</{tag}>" for tag, value, quoted in children
    )
    body = f"<xml>{space}{inside}{space}</xml>{end}".encode(errors="surrogatepass")
    flat = xml._parse_flat(body)
    if flat is not None:
        assert flat == xml._parse_any(body)


def test_the_usual_message_takes_the_short_cut():
    body = messages.compose(
        messages.text("公司收我1000块保证金合法吗"), to="gh_1", sender="o1", at_s=1, msg_id="1"
    ).encode()
    assert xml._parse_flat(body) == xml._parse_any(body)


@pytest.mark.parametrize("encoding", ["gbk", "gb2312", "iso-8859-1", "utf-16", "utf-7", "rot13", "x" * 1000])
def test_a_declared_encoding_changes_nothing(encoding):
    body = f'<?xml version="1.0" encoding="{encoding}"?><xml><A>你好</A></xml>'.encode()
    try:
        assert parse(body) == {"A": "你好"}
    except Malformed as error:
        assert error.reason == "not_xml"


DEEP = b"<xml>" + b"<a>" * (MAX_DEPTH - 1) + b"</a>" * (MAX_DEPTH - 1) + b"</xml>"
WIDE = b"<xml>" + b"<a/>" * (MAX_ELEMENTS - 1) + b"</xml>"


def test_the_bounds_are_where_they_are_said_to_be():
    parse(DEEP)
    assert len(parse(WIDE)["a"]) == MAX_ELEMENTS - 1
    for body in (
        DEEP.replace(b"<a>", b"<a><a>", 1).replace(b"</a>", b"</a></a>", 1),
        WIDE.replace(b"<a/>", b"<a/><a/>", 1),
    ):
        with pytest.raises(Malformed, match="too_many_elements"):
            parse(body)


BOMBS = {
    "billion laughs": (
        b'<!DOCTYPE xml [<!ENTITY a "ha">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(10))
        + b"]><xml><A>&k;</A></xml>"
    ),
    "quadratic": b'<!DOCTYPE xml [<!ENTITY a "'
    + b"x" * 60_000
    + b'">]><xml><A>'
    + b"&a;" * 10_000
    + b"</A></xml>",
    "external": b'<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><A>&a;</A></xml>',
    "parameter": b'<!DOCTYPE xml [<!ENTITY % a SYSTEM "http://127.0.0.1/x.dtd"> %a;]><xml/>',
    "external subset": b'<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd"><xml/>',
    "public": b'<!DOCTYPE xml PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://127.0.0.1/x.dtd"><xml/>',
    "attribute defaults": b'<!DOCTYPE xml [<!ATTLIST xml a CDATA "x">]><xml/>',
    "empty": b"<!DOCTYPE xml><xml/>",
    "200 000 tags": b"<xml>" + b"<a/>" * 200_000 + b"</xml>",
    "200 000 open tags": b"<xml>" + b"<a>" * 200_000,
    "200 000 levels": b"<xml>" + b"<a>" * 200_000 + b"</a>" * 200_000 + b"</xml>",
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_do_not_go_off(name):
    tracemalloc.start()
    started = time.perf_counter()
    with pytest.raises(Malformed):
        parse(BOMBS[name])
    took, peak = time.perf_counter() - started, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert took < 0.5
    assert peak < 4_000_000  # expat's own copy of the body is in it


@pytest.mark.parametrize(
    "body",
    [
        b"<xml " + b" ".join(b'a%d="1"' % i for i in range(12_000)) + b"/>",
        b"<xml><" + b"a" * 120_000 + b"/></xml>",
        b'<xml a="' + b"&lt;" * 30_000 + b'"/>',
        b"<xml><!--" + b"-" * 120_000,
        b"<xml><A>" + b"]]" * 60_000,
        b"<xml>" + b"<![CDATA[" * 13_000,
        b"<xml>" + b"&amp;" * 24_000 + b"</xml>",
    ],
    ids=["attributes", "long name", "long attribute", "comment", "brackets", "cdata", "entities"],
)
def test_as_much_as_a_body_may_hold_of_anything_is_read_or_refused_quickly(body):
    started = time.perf_counter()
    with contextlib.suppress(Malformed):
        parse(body)
    assert time.perf_counter() - started < 0.5


PIECES = [
    b"<xml>", b"</xml>", b"<ToUserName>", b"</ToUserName>", b"<![CDATA[", b"]]>", b"<MsgType>text</MsgType>",
    b"&amp;", b"&#1;", b"&#x110000;", b"\x00", b"\xff", b"<!DOCTYPE", b"<?", b"?>", b"<!--", b"-->", b"'", b'"',
    b"<CreateTime>1</CreateTime>", b"<FromUserName>o</FromUserName>", b"<Event>", b"event", b" ", b"9" * 50,
]  # fmt: skip


@settings(database=None, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=30).map(b"".join))
def test_whatever_comes_is_read_or_malformed_and_nothing_else(body):
    for candidate in (body, b"<xml>" + body + b"</xml>"):
        try:
            message = reader.read(xml.parse(candidate), candidate)
        except Malformed as error:
            assert error.reason.isascii() and " " not in error.reason
        else:
            assert isinstance(message, Inbound)


@settings(database=None, deadline=None)
@given(st.text(st.sampled_from("a工😀é]>&<![CDATA\x00\x0b\ufffe\udfff\r\n ")))
def test_any_text_survives_as_cdata_but_for_what_xml_can_not_hold(text):
    found = parse(f"<xml><A>{cdata(text)}</A></xml>".encode())["A"]
    assert found == xml.clean(text).replace("\r\n", "\n").replace("\r", "\n")
