"""Whatever is stored or typed, by staff, followers or the platform, is text on our pages and in our tables: nothing of it
comes to life."""

import csv
import io
import itertools
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from markupsafe import escape
from openpyxl import Workbook
from werkzeug.routing import Rule

from proofs.isolation.world import A
from tests.isolation.evil import Evil, evil_union
from tests.isolation.planting import ROUNDS
from tests.isolation.reading import Page, wrong_in_table
from tests.isolation.walking import Walk
from tests.isolation.xss_strings import ADDRESSES, FORMULAS, MARKUP, SHORT, fit

pytestmark = pytest.mark.timeout(300)

UNSEEN = {
    "gap_lines.nearest": "the code by which the page looks the entry up",
    "accounts.profile.received": "chat only",
    "api_": "counters of the platform's API; the addresses in them are ours",
    "brand_columns.updated_by": "kept, not shown",
    "domain_files.content": "served to the platform as plain text",
    "entry_drafts.question": "to search by; shown from the draft itself",
    "entry_drafts.topic": "to search by; shown from the draft itself",
    "grants.granted_by": "kept, not shown",
    "jurors.added_by": "kept, not shown",
    "jury_rounds.updated_by": "kept, not shown",
    "keyword_rules.updated_by": "kept, not shown",
    "mass_results.": "joined to pushes; numbers are shown",
    "menu_changes.tree.key": "made by us",
    "menu_variants.menu_ids": "the platform's ids",
    "menu_variants.published_by": "kept, not shown",
    "message_log.handler": "kept, not shown",
    "message_log.kind": "one of a list",
    "message_log.outcome": "kept, not shown",
    "message_log.trace": "kept, not shown",
    "message_windows.": "counters by openid",
    "outbox_items.": "the worker's",
    "pending_turns.": "the worker's",
    "photo_awards.level": "one of the settings': pages walk those",
    "photo_works.group": "one of the settings': pages walk those",
    "photo_awards.given_by": "kept, not shown",
    "photo_decisions.why_was": "stands in the step before as its reason",
    "photo_objections.contact": "for who may see personal data",
    "photo_offers.media_id": "the platform's id",
    "photo_works.judged_by": "kept; who decided stands in the steps",
    "pushes.code": "a name in files of pushes",
    "pushes.cover": "a name in the covers folder, served under the push's own address",
    "pushes.media_id": "the platform's id",
    "pushes.msg_id": "the platform's id",
    "removed_contacts.contact.address": "kept, to come back with the rest",
    "removed_contacts.removed_by": "kept, not shown",
    "quota_uses.what": "one of a list",
    "scenes.url": "what the picture encodes",
    "campaign_exports.problem": "the union's one is ready",
    "campaigns.cover": "a name in the media folder",
    "campaigns.extended_why": "told of a campaign that was extended",
    "campaigns.frozen_why": "told of a frozen campaign",
    "campaigns.updated_by": "kept, not shown",
    "draws.updated_by": "kept, not shown",
    "audit_entries.facts.hash": "kept in the log's chain, not shown",
    "vote_strikes.rule": "kept; its title and reason are shown",
    **{
        f"vote_uploads.candidates.{name}": "of new candidates their names are shown, where they are from"
        for name in ("about", "picture_text", "slogan")
    },
    "photo_awards.group": "of contests with groups",
    "photo_awards.withdrawn_": "of lists that are public",
    "photo_objections.answer": "of those that were answered",
    "photo_pictures.problem": "of pictures that failed, told to their authors",
    "photo_suspects.judged_by": "of pairs that were judged",
    "wins.address": "shown masked",
    "wins.asked_by": "kept, not shown",
    "wins.keeper": "kept, not shown",
    "wins.name": "shown masked",
    "wins.phone": "shown masked",
    "campaigns.settings.blueprint.subjects": "in the wizard's steps of a draft",
    "ledger_people.member_number": "asked for by forms of campaigns that want it; shown to nobody",
    "quiz_sets.content.questions.code": "kept, not shown",
    "quiz_sets.content.questions.entry": "leads to an entry that is there",
    "quiz_sets.content.questions.subject": "kept, not shown",
    "quiz_uploads.": "in an upload's preview",
    "statutes.source": "the name of a file, told by commands",
    "synonyms.": "kept by commands",
    "tags.fill_after": "a place in a list",
}
"""Fields (or all that begin so) that no page shows, and why."""

NO_PAGE = {
    "console.lost": "says that there is no such page",
    "console.sign_in": "leads home who is signed in",
    "photo_work.original": "a photograph as it came, for who may see personal data: `test_walk` gets it",
    "pushes.cover": "a picture in the covers folder",
    "signin.begin": "leads to the platform",
    **dict.fromkeys(("vote.enter", "photo.enter"), "leads on to the list"),
    "signin.finish": "comes back from the platform",
    "signin.look": "a one-use link",
    "welcome.text": "has names of its own",
    **dict.fromkeys(
        (
            "campaign_pages.preview",
            "campaign_pages.share",
            "campaign_people.download",
            "campaign_wizard.edit",
            "quiz.draw_certificate",
        ),
        "of a campaign or upload in a state that the walk's unions do not have yet",
    ),
}


@pytest.fixture
def evil(tmp_path: Path, sqlite_template: Path, few_questions: None) -> Iterator[Evil]:
    with evil_union(tmp_path, sqlite_template) as union:
        yield union


def walk_of(evil: Evil) -> Walk:
    """Not begun."""
    client = evil.app.test_client()
    for name, value, path in evil.cookies():
        client.set_cookie(name, value, path=path)
    return Walk(evil.app, client, evil.planter)


def go_everywhere(evil: Evil, alike: int) -> Walk:
    """To so many pages of a sort: eight show everything that a list leads to."""
    walk = walk_of(evil)
    walk.go(evil.paths(), ("/console/", f"/h5/{A}/"), alike=alike)
    return walk


def test_what_is_stored_is_text_on_every_page(evil: Evil):
    findings, seen, answered = [], set(), set()
    for number in range(ROUNDS):
        evil.plant("hostile", number)
        walk = go_everywhere(evil, 8 if number == 0 else 1)
        findings += walk.findings
        seen |= walk.seen
        answered |= {endpoint for endpoint, status in walk.walked if status == 200}
    assert findings == []
    unseen = [one for one in evil.planter.fields if one not in seen and not one.startswith(tuple(UNSEEN))]
    assert unseen == [], "no page shows these: did the walk miss one? Else say in UNSEEN why"
    pages = {rule.endpoint for rule in evil.app.url_map.iter_rules() if _is_page(rule)}
    assert pages - answered - NO_PAGE.keys() == set()


def test_what_is_typed_is_text_on_the_page_that_answers(evil: Evil):
    evil.plant("hostile")
    walk = go_everywhere(evil, 2)
    strings = itertools.cycle(enumerate(MARKUP))

    def typed(endpoint: str, name: str) -> str:
        at, text = next(strings)
        return fit(text, evil.planter.mark(f"typed.{endpoint}.{name}", at))

    walk.fill_in(typed)
    assert walk.findings == []
    refused = {endpoint for endpoint, status in walk.walked if status == 422}
    echoed = [one for one in walk.seen if one.startswith("typed.")]
    print(len(refused), len(echoed), len(walk.forms), sorted(set(evil.planter.fields) - walk.seen))
    assert len(refused) > 20
    assert len(echoed) > 50


def _is_page(rule: Rule) -> bool:
    return "GET" in (rule.methods or ()) and rule.rule.startswith(("/console/", "/h5/"))


def test_a_page_that_would_print_texts_as_they_are_is_found(evil: Evil):
    evil.plant("hostile")
    evil.app.jinja_env.autoescape = False
    evil.app.jinja_env.cache.clear()
    walk = walk_of(evil)
    for path in (f"o/{A}/entries", f"o/{A}/rules", f"a/{A}/scenes", f"o/{A}/acts", f"a/{A}/menu"):
        before = len(walk.findings)
        walk.look(walk.client.get(f"/console/{path}"), path)
        assert len(walk.findings) > before, path
    draws = [one for one in evil.paths() if one.startswith((f"/h5/{A}/d/", f"/h5/{A}/w/"))]
    for path in (one for one in draws if one.count("/") == 4):
        before = len(walk.findings)
        walk.look(walk.client.get(path), path)
        assert len(walk.findings) > before, path


@pytest.mark.parametrize("text", [*MARKUP, *ADDRESSES, *SHORT])
def test_every_string_is_harmless_where_it_is_escaped(text: str):
    value = fit(text, "x001002x")
    shown = escape(value)
    page = f'<title>{shown}</title><p title="{shown}">{shown}</p><textarea name="a">{shown}</textarea>'
    assert Page(page).findings == []


@pytest.mark.parametrize("text", [*MARKUP, *SHORT])
def test_every_string_is_found_where_it_is_not_escaped(text: str):
    value = fit(text, "x001002x")
    places = (
        "<p>{}</p>",
        '<p title="{}">x</p>',
        "<p title='{}'>x</p>",
        "<p title={}>x</p>",
        "<script>a='{}'</script>",
    )
    assert any(Page(one.format(value)).findings for one in places)


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_that_runs_or_leads_away_is_found(text: str):
    value = str(escape(fit(text, "x001002x")))
    mere_path_or_ours = value.startswith(("https://", "javascript&amp;"))
    assert bool(Page(f'<a href="{value}">x</a>').findings) is not mere_path_or_ours


def test_no_table_that_people_download_holds_a_formula(evil: Evil):
    evil.plant("formula")
    walk = go_everywhere(evil, 1)
    assert walk.findings == []
    assert {"entries.export", "scene_codes.export", "signin.take_along"} <= walk.tables
    assert len({one for one in walk.seen if one.startswith(("entries.", "scenes."))}) > 8


def test_a_cell_that_a_spreadsheet_would_reckon_is_found():
    for text in FORMULAS[:-1]:
        table = io.StringIO(newline="")
        csv.writer(table).writerow(["好", fit(text, "x001002x")])
        assert wrong_in_table(table.getvalue().encode(), "text/csv") != []
    book, body = Workbook(), io.BytesIO()
    book.active.append([fit(FORMULAS[0], "x001002x")])
    book.save(body)
    assert wrong_in_table(
        body.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )


def test_addresses_and_questions_in_them_are_mere_text(evil: Evil):
    walk = walk_of(evil)
    asked = (
        "q",
        "before",
        "after",
        "code",
        "scene",
        "state",
        "topic",
        "view",
        "tag",
        "law",
        "month",
        "words",
        "next",
    )
    pages = {one.partition("?")[0] for one in evil.paths()}
    for number, (page, text) in enumerate(zip(sorted(pages), itertools.cycle(MARKUP), strict=False)):
        value = fit(text, evil.planter.mark(f"asked.{number}", 0)).replace("\0", "")
        for path in (f"{page}/{quote(value, safe='')}", f"{page}?{urlencode(dict.fromkeys(asked, value))}"):
            walk.look(walk.client.get(path), path)
    assert walk.findings == []
    assert len(walk.seen) > 10
