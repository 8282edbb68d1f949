"""The console's own pages: sign-in, the way to one's unions and accounts, one's own password, second factor and sessions."""

import hashlib
from collections.abc import Sequence
from urllib.parse import unquote

from flask import Response, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from accounts import audit
from accounts.api_uses import list_near
from accounts.directory import AccountView
from core.errors import Invalid, NotAllowed, NotFound
from house.console import Alert
from house.current import parts
from models.staff import Staff
from staff import second_factor, sessions, shell
from staff.guard import COOKIE, acting, browser, console_pages, here, needs
from staff.passwords import is_right
from staff.service import Locked, Turnstile, change_password, find_staff

pages = console_pages("console", __name__)
_SECOND_STEP_S = 300
_MENDING = "用户名或密码不对。忘了密码，请找本单位的管理员重设。"


@pages.get("/signin")
@needs("open")
def sign_in() -> Response:
    return _sign_in_page()


@pages.post("/signin")
@needs("open")
def sign_in_with_password() -> AnyResponse:
    """Name and password. Who has a second factor is asked for a code, everybody else is in."""
    name, password = request.form.get("login", "")[:120], request.form.get("password", "")[:400]
    locked = _enter(name)
    if locked is not None:
        _note_lock(locked, name)
        return _sign_in_page(_locked_text(locked), 429)
    with parts().db.read() as session:
        staff = find_staff(session, name)
    right = is_right(password, staff.password_hash if staff else None)
    if staff is None or not right or not staff.active:
        _note_failure("sign_in_failed", staff)
        return _sign_in_page(_MENDING, 403)
    if staff.totp_secret is not None:
        _passed(name)
        return _code_page(_pending().dumps([staff.id, _proof(staff)]))
    return _let_in(staff, name)


@pages.post("/signin/code")
@needs("open")
def sign_in_with_code() -> AnyResponse:
    """The second step: a code of the authenticator, or a recovery code."""
    pending, code = request.form.get("pending", ""), request.form.get("code", "")[:40]
    try:
        staff_id, proof = _pending().loads(pending, max_age=_SECOND_STEP_S)
    except (BadSignature, ValueError, TypeError):
        return _sign_in_page("等得太久了，请重新登录。", 403)
    name = f"code of {staff_id}"
    locked = _enter(name)
    if locked is not None:
        _note_lock(locked, staff_id)
        return _sign_in_page(_locked_text(locked), 429)
    now = parts().clock()
    with parts().db.work() as session:
        staff = session.get(Staff, staff_id)
        if staff is None or not staff.active or _proof(staff) != proof:
            return _sign_in_page(_MENDING, 403)
        right = second_factor.take_code(session, staff, code, now)
    if not right:
        _note_failure("code_failed", staff)
        return _code_page(pending, "验证码不对，或者已经用过了：等下一个，再输一次。", 403)
    return _let_in(staff, name)


@pages.post("/signout")
@needs("signed_in")
def sign_out() -> AnyResponse:
    me = here()
    with acting("signed_out") as session:
        sessions.end(session, me.staff.id, one=me.session.public_id)
    response = redirect(url_for("console.sign_in"))
    response.delete_cookie(COOKIE, path="/console/")
    return response


@pages.get("/")
@needs("signed_in")
def home() -> AnyResponse:
    """The unions and accounts somebody may enter; whoever has one only is taken there."""
    places = shell.places()
    accounts = [account for _, accounts in places for account in accounts]
    if len(accounts) == 1 and len(places) == 1:
        return redirect(url_for("console.account_home", account_key=accounts[0].key))
    return Response(render_template("console/home.html", title="选择单位", places=places))


@pages.get("/a/<account_key>/")
@needs("signed_in")
def account_home(account_key: str) -> Response:
    account = here().official
    return _place_page(account.name, [account], shell.alerts())


@pages.get("/o/<organisation_key>/")
@needs("signed_in")
def organisation_home(organisation_key: str) -> Response:
    place = here().place
    below = [one for one in parts().directory.all() if place.id in one.organisation_ids]
    return _place_page(place.name, below)


def _place_page(title: str, accounts: Sequence[AccountView], alerts: Sequence[Alert] = ()) -> Response:
    """With a warning for each endpoint of the platform whose calls of today are nearly used up."""
    with parts().db.read() as session:
        near = list_near(session, accounts, parts().clock())
    return Response(render_template("console/place.html", title=title, near=near, alerts=alerts))


@pages.route("/me/password", methods=["GET", "POST"])
@needs("signed_in")
def my_password() -> AnyResponse:
    """Changing it signs out everywhere else."""
    me = here()
    if request.method == "GET":
        return _password_page()
    new = request.form.get("new", "")
    problem = _problem_of_old(request.form.get("old", "")[:400])
    if not problem and new != request.form.get("repeated", ""):
        problem = "两次输入的新密码不一样。"
    if not problem and new == request.form.get("old"):
        problem = "新密码要和现在的不一样。"
    if problem:
        return _password_page(problem, 422)
    try:
        with acting("password_changed") as session:
            staff = session.get_one(Staff, me.staff.id)
            change_password(session, staff, new)
            token = sessions.start(session, staff, browser(), parts().clock())
    except Invalid as error:
        return _password_page(error.message, error.status)
    return _with_cookie(redirect(url_for("console.home")), token)


@pages.route("/me/second-factor", methods=["GET", "POST"])
@needs("signed_in")
def my_second_factor() -> AnyResponse:
    """Enrol: scan, prove it by a code, write the recovery codes down."""
    me = here()
    if me.staff.totp_secret is not None and request.method == "GET":
        return _enrolled_page()
    if me.staff.totp_secret is not None:
        raise NotAllowed("enrolled", "两步验证已经开启。换了手机，请找管理员重设。")
    if request.method == "GET":
        return _enrolment_page(second_factor.new_secret())
    try:
        secret = str(_enrolling().loads(request.form.get("secret", ""), max_age=3600))
    except BadSignature:
        return _enrolment_page(second_factor.new_secret(), "等得太久了，请用新的二维码再扫一次。")
    step = second_factor.step_of(secret, request.form.get("code", ""), parts().clock())
    if step is None:
        return _enrolment_page(secret, "验证码不对：请核对手机时间是否准确，输入最新的 6 位数字。")
    with acting("second_factor_enrolled") as session:
        staff = session.get_one(Staff, me.staff.id)
        staff.totp_secret, staff.totp_used = secret, step
        codes = second_factor.new_recovery_codes(session, staff.id)
        sessions.end(session, staff.id, keep=me.session.id)
    return Response(render_template("console/recovery_codes.html", title="备用码", codes=codes))


@pages.post("/me/recovery-codes")
@needs("signed_in")
def my_recovery_codes() -> AnyResponse:
    """Ten new ones; those before are void. Asks for password and code, like a new sign-in."""
    me = here()
    if me.staff.totp_secret is None:
        return redirect(url_for("console.my_second_factor"))
    problem = _problem_of_old(request.form.get("password", "")[:400]) or _problem_of_code(
        request.form.get("code", "")[:40]
    )
    if problem:
        return _enrolled_page(problem)
    with acting("recovery_codes_renewed") as session:
        codes = second_factor.new_recovery_codes(session, me.staff.id)
    return Response(
        render_template("console/recovery_codes.html", title="新的备用码", codes=codes, renewed=True)
    )


@pages.get("/me/sessions")
@needs("signed_in")
def my_sessions() -> Response:
    with parts().db.read() as session:
        rows = sessions.list_of(session, here().staff.id, parts().clock())
    return Response(render_template("console/sessions.html", title="登录的设备", rows=rows))


@pages.post("/me/sessions/end")
@needs("signed_in")
def my_sessions_end() -> AnyResponse:
    """One, or all but the one that asks."""
    me, one = here(), request.form.get("one", "")
    with acting("sessions_ended", "一台设备" if one else "其他所有设备") as session:
        sessions.end(session, me.staff.id, one=one, keep=None if one else me.session.id)
    return redirect(url_for("console.my_sessions"))


@pages.get("/<path:nowhere>")
@needs("signed_in")
def lost(nowhere: str) -> Response:
    """Any other address: an error page with the way back, instead of the one that workers' phones get."""
    raise NotFound("no_page", "没有这个页面，地址可能不完整。")


def _sign_in_page(problem: str = "", status: int = 200) -> Response:
    html = render_template(
        "console/sign_in.html",
        title="登录",
        problem=problem,
        next=_next(),
        login=request.form.get("login", ""),
    )
    return Response(html, status)


def _code_page(pending: str, problem: str = "", status: int = 200) -> Response:
    html = render_template(
        "console/sign_in_code.html", title="两步验证", problem=problem, pending=pending, next=_next()
    )
    return Response(html, status)


def _enrolment_page(secret: str, problem: str = "") -> Response:
    html = render_template(
        "console/second_factor.html",
        title="两步验证",
        problem=problem,
        secret=secret,
        sealed=_enrolling().dumps(secret),
        picture=second_factor.enrolment_svg(secret, here().staff.login),
    )
    return Response(html, 422 if problem else 200)


def _enrolled_page(problem: str = "") -> Response:
    with parts().db.read() as session:
        left = second_factor.count_recovery_codes(session, here().staff.id)
    html = render_template(
        "console/second_factor.html", title="两步验证", enrolled=True, left=left, problem=problem
    )
    return Response(html, 422 if problem else 200)


def _password_page(problem: str = "", status: int = 200) -> Response:
    return Response(render_template("console/password.html", title="修改密码", problem=problem), status)


def _problem_of_old(password: str) -> str:
    """Whoever finds a browser signed in must not guess the password there."""
    tried = f"password of {here().staff.id}"
    locked = _enter(tried)
    if locked is not None:
        _note_lock(locked, here().staff.id)
        return _locked_text(locked)
    if not is_right(password, here().staff.password_hash):
        return "现在的密码不对。"
    _passed(tried)
    return ""


def _problem_of_code(code: str) -> str:
    tried = f"code of {here().staff.id}"
    locked = _enter(tried)
    if locked is not None:
        _note_lock(locked, here().staff.id)
        return _locked_text(locked)
    with parts().db.work() as session:
        staff = session.get_one(Staff, here().staff.id)
        right = second_factor.take_code(session, staff, code, parts().clock())
    if not right:
        _note_failure("code_failed", here().staff)
        return "验证码不对，或者已经用过了：等下一个，再输一次。"
    _passed(tried)
    return ""


def _next() -> str:
    """Where to after signing in: only within the console, read as browsers read addresses."""
    wanted = request.values.get("next", "")
    steps = unquote(wanted.partition("?")[0]).replace("\\", "/").split("/")
    inside = wanted.startswith("/console/") and wanted.isprintable() and ".." not in steps
    return wanted if inside else ""


def _let_in(staff: Staff, tried: str) -> AnyResponse:
    now, address = parts().clock(), browser().address
    with parts().db.work() as session:
        # Locked and looked at again: a password that is reset in this very moment signs nobody in.
        person = session.get_one(Staff, staff.id, with_for_update=True)
        if not person.active or person.password_hash != staff.password_hash:
            return _sign_in_page(_MENDING, 403)
        token = sessions.start(session, person, browser(), now)
        _turnstile().passed(session, tried, address)
        actor = f"{person.name}（{person.login}）"
        audit.note(session, audit.Act(actor, "signed_in", staff_id=person.id, address=address), now)
    return _with_cookie(redirect(_next() or url_for("console.home")), token)


def _with_cookie(response: AnyResponse, token: str) -> AnyResponse:
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(sessions.LONGEST.total_seconds()),
        path="/console/",
        httponly=True,
        secure=parts().settings.public_url.startswith("https://"),
        samesite="Lax",
    )
    return response


def _enter(name: str) -> Locked | None:
    with parts().db.work() as session:
        return _turnstile().enter(session, name, browser().address, parts().clock())


def _locked_text(locked: Locked) -> str:
    minutes = max(1, round(locked.left.total_seconds() / 60))
    return f"试错的次数太多，请 {minutes} 分钟后再试。"


def _passed(name: str) -> None:
    with parts().db.work() as session:
        _turnstile().passed(session, name, browser().address)


def _note_lock(locked: Locked, who: str | int) -> None:
    """Once, of the try that locked the door; `who` is a name as it was typed, or a person's id."""
    if not locked.fresh:
        return
    with parts().db.read() as session:
        staff = find_staff(session, who) if isinstance(who, str) else session.get(Staff, who)
    _note_failure("locked_out", staff)


def _note_failure(action: str, staff: Staff | None) -> None:
    """Of a try to sign in as `staff`. A name that nobody has is not noted: it may be a password in the wrong field."""
    act = audit.Act(
        "未登录",
        action,
        staff.login if staff else "",
        staff_id=staff.id if staff else None,
        address=browser().address,
    )
    with parts().db.work() as session:
        audit.note(session, act, parts().clock())


def _proof(staff: Staff) -> str:
    """That the second step belongs to a first one with the password of now; tells nothing of its hash."""
    return hashlib.sha256(staff.password_hash.encode()).hexdigest()[:16]


def _turnstile() -> Turnstile:
    return Turnstile(parts().settings.derive_key("sign-in-tries"))


def _pending() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(parts().settings.derive_key("console"), salt="second-step")


def _enrolling() -> URLSafeTimedSerializer:
    """One person's: nobody can be made to enrol with somebody else's secret."""
    return URLSafeTimedSerializer(parts().settings.derive_key("console"), salt=f"enrolling {here().staff.id}")
