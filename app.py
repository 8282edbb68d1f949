"""指尖之家: where the parts are wired, and the only place where they are.

`create_app` serves commands (`flask …` finds it by itself); `create_web` is what the web server loads: the same, with all
content in memory before the first request.
"""

import base64
import gc
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import click
from flask import Flask
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.routing import Map

from accounts import audit
from accounts import directory as account_directory
from accounts.directory import AccountDirectory
from accounts.service import refuse_real_accounts
from campaigns import stage as campaign_stage
from campaigns import store as campaign_store
from campaigns.chat import CampaignChat
from campaigns.feature import FEATURES as CAMPAIGNS
from campaigns.shelf import CampaignShelf
from columns import h5 as column_h5
from columns import store as column_store
from columns.chat import ColumnChat
from columns.feature import FEATURE as COLUMNS
from columns.shelf import ColumnShelf
from commands import install as install_commands
from core.breaker import Breaker
from core.clock import SHANGHAI, Clock, local_text, system_clock
from core.errors import ConfigError
from core.logs import configure_logs
from core.settings import ROOT, Settings, load_settings
from faq import h5 as faq_h5
from faq import store as faq_store
from faq import trained as faq_trained
from faq.calculators.chat import CalculatorChat
from faq.calculators.feature import FEATURE as CALCULATORS
from faq.chat import FaqChat
from faq.commands import make_shelf
from faq.feature import FEATURE as FAQ
from faq.fitting import fit_missing
from faq.gaps.tasks import grouping_job
from faq.shelf import FaqShelf
from faq.statutes import h5 as statute_h5
from faq.statutes import store as statute_store
from faq.statutes.chat import StatuteChat
from faq.statutes.feature import FEATURE as STATUTES
from faq.statutes.shelf import StatuteShelf
from faq.words import keep_cache_in
from handlers import console as rules_console
from handlers import keywords, webhook
from handlers.contents import ContentAnswers
from handlers.desk import Desk
from handlers.feature import FEATURE as HANDLERS
from handlers.guide import KeywordChat
from handlers.hooks import HouseHooks
from handlers.keywords import KeywordShelf
from handlers.late import LateAnswers
from handlers.memory import FailoverMemory, Lifetimes, LocalMemory, Memory, RedisMemory
from handlers.record import RecordSink
from handlers.router import Router
from handlers.slow import SlowLane
from house import links
from house.couriers import customer_messages
from house.current import EXTENSION
from house.feature import Registry
from house.media import media_job
from house.parts import Parts, Platform
from house.shelves import Shelf, Shelves
from jobs.journal import JournalWriter, Shipper
from jobs.outbox import CUSTOMER_MESSAGE, Outbox
from jobs.ticker import Job
from members import ledger, personal, signin
from members.chat import MembersChat
from members.feature import FEATURE as MEMBERS
from members.links import OneUseLinks
from members.personal import Personal
from members.staff_links.chat import StaffLinkChat
from menus import service as menu_service
from menus.feature import FEATURE as MENUS
from menus.shelf import MenuShelf, click_hook
from models.db import Database
from models.types import Sealed
from places.feature import FEATURE as PLACES
from prizes import stage as prize_stage
from prizes import store as prize_store
from prizes.chat import PrizeChat
from prizes.feature import FEATURE as PRIZES
from prizes.shelf import DrawShelf
from push.feature import FEATURE as PUSH
from serving.own_redis import running_url
from staff import acts, guard, shell
from staff.feature import FEATURE as STAFF
from wall.chat import WallChat
from wall.feature import FEATURE as WALL
from wall.workdays import store as workday_store
from wall.workdays.feature import FEATURE as WORKDAYS
from wall.workdays.shelf import WorkdayShelf
from web import assets, health, pages, storage
from web.lean import LeanFlask
from web.proxy import make_proxy
from web.session import Sessions

REGISTRY = Registry.of(
    (
        HANDLERS,
        FAQ,
        CALCULATORS,
        STATUTES,
        COLUMNS,
        PUSH,
        MENUS,
        WALL,
        WORKDAYS,
        PRIZES,
        *CAMPAIGNS,
        MEMBERS,
        PLACES,
        STAFF,
    )
)
_RUNTIME = "zhijia.runtime"


class Runtime:
    """The content in memory and the router over it: what the web and the worker have, and commands do without."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.faq: FaqShelf = make_shelf(parts)
        self.keywords = KeywordShelf(parts.directory)
        self.menus = MenuShelf(parts.directory)
        self.statutes = StatuteShelf()
        self.columns = ColumnShelf(parts.directory)
        self.campaigns = CampaignShelf()
        self.draws = DrawShelf()
        self.workdays = WorkdayShelf()
        accounts = account_directory.STAMP
        self.shelves = Shelves(
            parts.db,
            (
                Shelf("accounts", frozenset({accounts}), parts.directory.reload),
                Shelf("faq", frozenset({accounts, faq_store.STAMP}), self.faq.load),
                Shelf("classifiers", frozenset({faq_trained.STAMP}), self.faq.load_classifiers),
                Shelf("keywords", frozenset({accounts, keywords.STAMP}), self.keywords.load),
                Shelf("statutes", frozenset({statute_store.STAMP}), self.statutes.load),
                Shelf("menus", frozenset({accounts, menu_service.STAMP}), self.menus.load),
                Shelf("campaigns", frozenset({campaign_store.STAMP}), self.campaigns.load),
                Shelf("draws", frozenset({prize_store.STAMP}), self.draws.load),
                Shelf("columns", frozenset({accounts, column_store.STAMP}), self.columns.load),
                Shelf("workdays", frozenset({workday_store.STAMP}), self.workdays.load),
            ),
        )
        self.router = self._router()

    def _router(self) -> Router:
        """The order in which a message is offered to those who may answer it."""
        parts = self.parts
        contents = ContentAnswers(self.faq, parts.directory)
        house = HouseHooks(parts.directory, contents, self.campaigns)
        calculators = CalculatorChat()
        statutes = StatuteChat(self.statutes)
        columns = ColumnChat(self.columns)
        one_use = OneUseLinks(parts.redis) if parts.redis is not None else None
        campaigns = CampaignChat(parts.db, self.campaigns, one_use)
        rules = KeywordChat(self.keywords, contents)
        faq = FaqChat(self.faq, parts.directory, statutes, calculators)
        hooks = [
            house.welcome(),
            house.care(),
            click_hook(self.menus, contents.answer),
            house.help(),
            WallChat(parts.db, parts.directory).hook(),
            *([MembersChat(one_use).hook()] if one_use is not None else []),
            house.contacts(),
            StaffLinkChat(parts.db).hook(),
            PrizeChat(parts.db, OneUseLinks(parts.redis) if parts.redis is not None else None).hook(),
            campaigns.play(),
            campaigns.cards(),
            calculators.hook(),
            statutes.hook(),
            columns.hook(),
            rules.hook(),
            faq.question(),
            house.fallback(),
        ]
        conversations = [one.conversation() for one in (faq, calculators, statutes, columns, rules)]
        return Router(hooks, conversations)


def create_app(settings: Settings | None = None, clock: Clock = system_clock) -> Flask:
    """The application for commands: nothing is connected or loaded before it is needed.

    Raises ConfigError for wrong settings; below `flask …`, which would print a traceback, the one line it can tell.
    """
    try:
        return _make_app(settings, clock)
    except ConfigError as error:
        if click.get_current_context(silent=True) is None:
            raise
        raise click.ClickException(error.message) from None


def _make_app(settings: Settings | None, clock: Clock) -> Flask:
    settings = _with_simulator(settings or load_settings())
    configure_logs(settings.log_level)
    Sealed.use_key(base64.urlsafe_b64encode(settings.derive_key("sealed-columns")))
    audit.use_key(settings.derive_key("audit-log"))
    ledger.use_key(settings.derive_key("ledger"))
    keep_cache_in(settings.var_dir / "jieba")
    app = LeanFlask("zhijia", root_path=str(ROOT), static_folder=None, template_folder="web/templates")
    app.extensions[EXTENSION] = _make_parts(settings, clock, app.url_map)
    app.extensions[signin.SESSIONS] = Sessions(
        settings.derive_key("h5-session"), secure=settings.public_url.startswith("https://")
    )
    app.extensions[storage.STORE] = storage.MediaStore(settings.var_dir / "media")
    app.extensions[personal.PERSONAL] = Personal(REGISTRY.all_exporters(), REGISTRY.all_erasers())
    app.extensions[links.MINE] = REGISTRY.all_mine()
    app.extensions[health.READY] = lambda: _readiness(app.extensions[EXTENSION])
    _install_pages(app, settings)
    if settings.server.trusted_proxies:
        app.trust_proxies(settings.server.trusted_proxies)
    install_commands(app, REGISTRY, make_jobs)
    return app


def create_web(settings: Settings | None = None, clock: Clock = system_clock) -> Flask:
    """The application as the web server runs it: content loaded, watched for changes, the desk open."""
    app = create_app(settings, clock)
    parts: Parts = app.extensions[EXTENSION]
    runtime = make_runtime(parts)
    runtime.shelves.load_all()
    runtime.shelves.watch()
    app.extensions[faq_h5.SHELF] = runtime.faq
    app.extensions[statute_h5.SHELF] = runtime.statutes
    app.extensions[column_h5.SHELF] = runtime.columns
    app.extensions[campaign_stage.SHELF] = runtime.campaigns
    app.extensions[prize_stage.SHELF] = runtime.draws
    app.extensions[webhook.DESK] = make_desk(runtime)
    app.extensions[_RUNTIME] = runtime
    app.extensions[rules_console.ROUTER] = runtime.router
    # What is loaded stays: the collector need not walk through it again and again.
    gc.collect()
    gc.freeze()
    return app


def make_runtime(parts: Parts) -> Runtime:
    """Raises ConfigError where the simulator would play the platform for a real account."""
    if parts.settings.simulator.enabled:
        with parts.db.read() as session:
            refuse_real_accounts(session)
    return Runtime(parts)


def make_jobs(parts: Parts) -> list[Job]:
    """Everything the worker does; its content is loaded here."""
    runtime = make_runtime(parts)
    runtime.shelves.load_all()
    worker = parts.settings.worker
    couriers = {CUSTOMER_MESSAGE: customer_messages(parts), **REGISTRY.all_couriers(parts)}
    keep_trying = timedelta(hours=worker.outbox_hours)
    outbox = Outbox(parts.db, couriers, parts.clock, batch=worker.outbox_batch, keep_trying=keep_trying)
    sink = RecordSink(REGISTRY.all_notices(), REGISTRY.all_listeners())
    shipper = Shipper(parts.db, parts.settings.journal_dir, sink)
    late = LateAnswers(parts.db, parts.directory, runtime.router, parts.clock)
    return [
        Job("journal", worker.tick_s, shipper.ship),
        Job("late_answers", worker.tick_s, late.answer_due),
        Job("outbox", worker.tick_s, outbox.deliver_due),
        Job("content", worker.tick_s, lambda: len(runtime.shelves.refresh())),
        Job("classifiers", worker.tick_s, lambda: fit_missing(parts.db, runtime.faq, parts.clock)),
        grouping_job(parts, runtime.faq),
        media_job(parts, storage.MediaStore(parts.settings.var_dir / "media"), REGISTRY.all_media()),
        *REGISTRY.all_jobs(parts),
    ]


def make_desk(runtime: Runtime) -> Desk:
    """The desk of a web process."""
    parts, limits = runtime.parts, runtime.parts.settings.webhook
    return Desk(
        router=runtime.router,
        memory=_make_memory(parts),
        slow=SlowLane(limits.slow_slots, Breaker("database")),
        journal=JournalWriter(parts.settings.journal_dir),
        clock=parts.clock,
        deadline_s=limits.deadline_s,
        waiting_retries=1,
        observe=health.observe,
    )


def _make_memory(parts: Parts) -> Memory:
    limits = parts.settings.webhook
    lifetimes = Lifetimes(
        nonce=2 * limits.age_window_s,
        reply=limits.reply_ttl_s,
        talk=limits.talk_ttl_s,
        claim=int(limits.deadline_s) + 2,
    )
    local = LocalMemory(lifetimes)
    if parts.redis is None:
        return local
    return FailoverMemory(RedisMemory(parts.redis, lifetimes), local, Breaker("redis", threshold=1))


def _make_parts(settings: Settings, clock: Clock, routes: Map) -> Parts:
    redis, db = _make_redis(settings), Database(settings.database_url)
    return Parts(
        settings=settings,
        db=db,
        clock=clock,
        directory=AccountDirectory(settings.public_url, settings.webhook.age_window_s),
        platform=Platform(settings, redis, db, clock),
        redis=redis,
        routes=routes,
        targets=REGISTRY.all_targets(),
    )


def _make_redis(settings: Settings) -> "Redis | None":
    """The Redis that is configured, or our own where it is running; None lets each process remember for itself."""
    url = settings.redis_url or running_url(settings.var_dir)
    if url is None:
        return None
    timeout = settings.redis_timeout_s
    # No retries: while Redis is away we do without it, and a follower is waiting.
    try:
        return Redis.from_url(
            url, socket_timeout=timeout, socket_connect_timeout=timeout, retry=Retry(NoBackoff(), 0)
        )
    except ValueError:
        raise ConfigError(
            "bad_redis_url", "REDIS_URL 写得不对：应以 redis://、rediss:// 或 unix:// 开头"
        ) from None


def _with_simulator(settings: Settings) -> Settings:
    """Where the simulator is switched on, it is the platform."""
    if not settings.simulator.enabled:
        return settings
    if settings.production:
        raise ConfigError(
            "simulator", "生产环境不能开启模拟器：请在 config.yaml 里设置 simulator.enabled: false"
        )
    wechat = settings.wechat.model_copy(
        update={
            "api_url": f"http://127.0.0.1:{settings.simulator.port}",
            "open_url": f"{settings.public_url}/simulator",
        }
    )
    return settings.model_copy(update={"wechat": wechat})


def _install_pages(app: Flask, settings: Settings) -> None:
    app.register_blueprint(webhook.pages)
    app.register_blueprint(health.pages)
    app.register_blueprint(assets.pages)
    app.register_blueprint(storage.pages)
    for feature in REGISTRY.features:
        if feature.pages is not None:
            app.register_blueprint(feature.pages)
        for blueprint in feature.console.pages if feature.console else ():
            app.register_blueprint(blueprint)
    if settings.simulator.enabled:
        app.register_blueprint(make_proxy(f"http://127.0.0.1:{settings.simulator.port}"))
    shell.install(app, REGISTRY.all_nav(), REGISTRY.all_alerts())
    app.extensions[acts.ACTIONS] = REGISTRY.all_actions()
    guard.check_declared(app)
    pages.install(app)
    filters: dict[str, Callable[[datetime], str]] = {
        "local_time": local_text,
        "local_day": lambda moment: moment.astimezone(SHANGHAI).strftime("%Y-%m-%d"),
    }
    app.jinja_env.filters.update(filters)


def _readiness(parts: Parts) -> dict[str, str]:
    checks: dict[str, Any] = {"database": lambda: _ping_database(parts)}
    if parts.redis is not None:
        checks["redis"] = parts.redis.ping
    found: dict[str, str] = {}
    for name, check in checks.items():
        try:
            check()
            found[name] = "ok"
        except (RedisError, SQLAlchemyError, OSError) as error:
            found[name] = type(error).__name__
    return found


def _ping_database(parts: Parts) -> None:
    with parts.db.read() as session:
        session.execute(text("SELECT 1"))
