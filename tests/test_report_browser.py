"""The report in a real Chromium: opened from its file, clicked, typed at, printed; and its numbers against qualcode's own."""

import json
import re
import shutil
from itertools import pairwise

import pytest
from browser import Browser, chromium
from builders import ROOT, apply, make_project, open_index, transcript, write_events

from qualcode.analysis.filters import Filters
from qualcode.analysis.matrix import matrix
from qualcode.analysis.report_data import report_data
from qualcode.exchange.report import report_html
from qualcode.exchange.report.displays import displays

pytestmark = pytest.mark.skipif(not chromium(), reason="no Chromium is installed here")


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "left-behind-children"
    shutil.copytree(ROOT / "projects" / "left-behind-children", folder, ignore=shutil.ignore_patterns(".qualcode"))
    from qualcode.files.folder import ProjectFolder

    return open_index(ProjectFolder(folder))


@pytest.fixture(scope="module")
def file(index, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_bytes(report_html(report_data(index), displays(index, Filters())))
    return path


@pytest.fixture(scope="module")
def started():
    with Browser() as browser:
        yield browser


@pytest.fixture
def page(started, file):
    """The demonstration project's report, freshly opened; nothing may go wrong or be asked for while a test looks at it."""
    return fresh(started, file)


@pytest.fixture(autouse=True)
def nothing_goes_wrong(started):
    yield
    started.run("1")  # what was said until now has come in
    assert started.errors == []
    assert [url for url in started.requests if not url.startswith(("file:", "data:"))] == []


def fresh(browser, file):
    browser.without_scripts(False)
    browser.media()
    browser.size(1280, 900)
    browser.errors.clear()
    browser.requests.clear()
    browser.open(file)
    return browser


def cell(row, col):
    return f"document.querySelector('#matrix tbody').rows[{row}].querySelectorAll('td')[{col}]"


def text(page, selector):
    return page.run(f"document.querySelector({json.dumps(selector)}).innerText")


def control(label):
    """The control under a label, within the matrix's bar or the filter."""
    return (
        f"[...document.querySelectorAll('#filter label, #matrix-bar label, #side-bar label')]"
        f".find(l => l.querySelector('span').innerText === {json.dumps(label)}).querySelector('select, input')"
    )


def table(page):
    """The matrix as shown: headings, and rows of their name, cells and total, the totals' row last."""
    return page.run("""(() => {
      const t = document.querySelector('#matrix table'), texts = (cells) => [...cells].map((cell) => cell.textContent);
      return [texts(t.tHead.rows[0].cells), [...t.tBodies[0].rows, ...t.tFoot.rows].map((row) => texts(row.cells))];
    })()""")


def number(shown):
    """What a cell says as a number; None where there is nothing to divide by."""
    return None if shown == "–" else float(re.sub(r"[\u202f%]", "", shown))


# ------------------------------------------------------------------ opened


def test_it_opens_with_all_its_parts_and_asks_for_nothing_but_itself(page, file):
    headings = page.run("[...document.querySelectorAll('h2')].map(h => h.textContent)")
    assert headings == ["The study", "Cases", "Comparison", "Displays", "Codebook", "Memos", "Methods appendix"]
    assert page.requests == [file.as_uri()]


def test_its_policy_keeps_even_a_script_that_gets_in_from_running(page):
    page.run("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\">')")
    page.run("(s => { s.textContent = 'window.ran = 2'; document.body.append(s) })(document.createElement('script'))")
    page.run("new Promise(done => setTimeout(done, 100))")
    assert page.run("window.ran === undefined")
    assert any("Content Security Policy" in error for error in page.errors)
    page.errors.clear()
    page.requests.clear()


def test_a_request_to_the_network_is_refused_by_the_page_itself(page):
    assert page.run("fetch('http://example.org/').then(() => 'sent', () => 'refused')") == "refused"
    assert any("Content Security Policy" in error for error in page.errors)
    page.errors.clear()
    page.requests.clear()


# ------------------------------------------------------------------ a cell, its quotes, and back


def test_a_click_on_a_cell_shows_its_quotes(page, index):
    page.click(cell(12, 1))  # hidden emotions / longing x Zhao family
    assert text(page, "#quotes h4") == "hidden emotions / longing × Zhao family"
    assert "9 codings on 8 passages in 7 documents" in text(page, "#quotes")
    wanted = {row["text"] for row in matrix(index).quotes(12, 1)}
    assert set(page.run("[...document.querySelectorAll('#quotes mark')].map(m => m.textContent)")) == wanted


def test_a_quote_has_its_citation_its_context_and_its_code(page):
    page.click(cell(12, 1))
    quote = (
        "[...document.querySelectorAll('#quotes li')].find(li => li.innerText.includes('At the beginning, a little.'))"
    )
    assert page.run(f"{quote}.querySelector('.cite').innerText") == (
        "(Long, interview, 2009-06-08) Long on the day after his birthday, line 47"
    )
    assert page.run(f"{quote}.querySelector('.chips').innerText") == "hidden emotions / longing\nc1, c2"
    assert page.run(f"{quote}.querySelector('.context').textContent.length") > 20


def test_the_keyboard_leads_to_a_cell_its_quotes_and_back(page):
    page.run(f"{cell(0, 0)}.parentElement.parentElement.parentElement.querySelector('[tabindex=\"0\"]').focus()")
    page.press("ArrowDown", "ArrowRight")
    assert page.run(f"document.activeElement === {cell(1, 1)}")
    page.press("Enter")
    assert page.run("document.activeElement.id") == "quotes-heading"
    assert text(page, "#quotes h4") == "parent-child alienation / intensity × Zhao family"
    assert "4 codings on" in page.run("document.getElementById('quotes-status').textContent")
    page.press("Escape")
    assert page.run("document.getElementById('quotes').hidden")
    assert page.run(f"document.activeElement === {cell(1, 1)}")


def test_only_one_cell_is_in_the_order_of_the_tab_key(page):
    page.click(cell(4, 0))
    assert page.run('document.querySelectorAll(\'#matrix td[tabindex="0"], #matrix button[tabindex="0"]\').length') == 1


def test_home_and_end_go_to_the_ends_of_the_row(page):
    page.click(cell(3, 1))
    page.press("Escape", "Home")
    assert page.run(f"document.activeElement === {cell(3, 0)}")
    page.press("End")
    assert page.run("document.activeElement.className") == "total"


def test_an_empty_cell_says_that_there_is_nothing(page):
    row = page.run(
        "[...document.querySelector('#matrix tbody').rows].findIndex(r => r.innerText.includes('substitute mothers'))"
    )
    page.click(cell(row, 1))
    assert "No quotes: nothing is coded so here." in text(page, "#quotes")


def test_a_long_list_of_quotes_comes_in_pieces(page):
    page.click("document.querySelector('#matrix tfoot td')")
    assert page.run("document.querySelectorAll('#quotes .quotes > li').length") == 40
    page.click("[...document.querySelectorAll('#quotes button')].find(b => b.innerText.startsWith('Show 40 more'))")
    assert page.run("document.querySelectorAll('#quotes .quotes > li').length") == 80


# ------------------------------------------------------------------ the numbers are qualcode's


def keys(page, dimension):
    """The keys of a dimension in the order of the page."""
    data = "JSON.parse(document.getElementById('data').textContent)"
    if dimension == "code":
        return page.run(f"{data}.codes.key")
    if dimension == "top-code":
        return page.run(f"(c => c.key.filter((_, at) => c.parent[at] < 0))({data}.codes)")
    return page.run(f"{data}.dimensions.find(d => d.id === {json.dumps(dimension)}).key")


@pytest.mark.parametrize(
    ("rows", "cols", "measure"),
    [
        ("code", "case", "segments"), ("code", "case", "documents"), ("code", "role", "words"), ("code", "kind", "turns"),
        ("code", "month", "cases"), ("top-code", "coder", "documents"), ("top-code", "quarter", "turns"),
        ("case", "code", "documents"), ("document", "case", "chars"), ("role", "kind", "turns"), ("speaker", "year", "words"),
        ("code", "language", "segments"), ("code", "attr:income_class", "documents"),
    ],
)  # fmt: skip
def test_every_number_is_that_of_qualcodes_own_matrix(page, index, rows, cols, measure):
    page.choose(control("Columns"), "coder")  # so that no choice on the way is one that stands on the other side
    page.choose(control("Rows"), rows)
    page.choose(control("Columns"), cols)
    page.choose(control("Count"), measure)
    compare(page, matrix(index, rows, cols, measure), rows, cols)


def compare(page, wanted, rows, cols, *, near=0.0, totals=True):
    shown = [[number(value) for value in row[1:]] for row in table(page)[1]]
    at_row = {key: at for at, key in enumerate(wanted.row_keys)}
    at_col = {key: at for at, key in enumerate(wanted.col_keys)}
    row_keys, col_keys = keys(page, rows), keys(page, cols)
    assert set(at_row) <= set(row_keys)
    assert set(at_col) <= set(col_keys)
    for row, key in enumerate(row_keys):
        for col, other in enumerate(col_keys):
            value = (
                wanted.values[at_row[key]][at_col[other]]
                if key in at_row and other in at_col
                else shown[row][col] and 0
            )
            assert (shown[row][col] is None) == (value is None), (key, other)
            assert (shown[row][col] or 0) == pytest.approx(value or 0, abs=near), (key, other)
        if totals:
            assert shown[row][-1] == pytest.approx(wanted.row_totals[at_row[key]] if key in at_row else 0, abs=near), (
                key
            )
    if totals:
        last = [*(wanted.col_totals[at_col[col]] if col in at_col else 0 for col in col_keys), wanted.grand_total]
        assert [value or 0 for value in shown[-1]] == pytest.approx(last, abs=near)


def test_a_total_counts_a_document_once(page):
    page.choose(control("Columns"), "role")
    page.choose(control("Count"), "documents")
    cells = [number(value) for value in table(page)[1][-1][1:]]
    assert sum(cells[:-1]) > cells[-1] == 35


def test_codes_alone_are_counted_without_their_sub_codes(page, index):
    page.click(control("Codes alone"))
    compare(page, matrix(index, filters=Filters(exact=True)), "code", "case")


@pytest.mark.parametrize("of", ["row", "col", "total"])
def test_percentages_are_qualcodes(page, index, of):
    page.choose(control("Columns"), "role")
    page.choose(control("As"), of)
    compare(page, matrix(index, "code", "role", percent=of), "code", "role", near=0.5001, totals=False)


@pytest.mark.parametrize("cols", ["case", "role", "month"])
def test_rates_are_to_the_words_of_the_text(page, index, cols):
    page.choose(control("Columns"), cols)
    page.choose(control("As"), "rate")
    compare(page, matrix(index, "code", cols, per="1000words"), "code", cols, near=0.05001)


@pytest.mark.parametrize(
    ("label", "value", "filters"),
    [("Case", "zhao", Filters(case="zhao")), ("Role", "mother", Filters(role="mother")),
     ("Kind of document", "chat", Filters(kind="chat")), ("Coder", "c2", Filters(coder="c2"))],
)  # fmt: skip
def test_a_filter_leaves_the_codings_that_it_names(page, index, label, value, filters):
    page.choose(control("Columns"), "year")
    page.choose(control(label), str(keys(page, label.split()[0].lower()).index(value)))
    wanted = matrix(index, "code", "year", filters=filters)
    compare(page, wanted, "code", "year")
    assert text(page, "#filter-status") == f"{wanted.grand_total} of 603 codings pass the filter."


def test_words_are_looked_for_whatever_their_letter_case(page, index):
    page.click(control("Words"))
    page.type("MOTHER")
    wanted = matrix(index, filters=Filters(text="mother"))
    page.wait(f"document.getElementById('filter-status').textContent.startsWith('{wanted.grand_total} of')")
    compare(page, wanted, "code", "case")


def test_chinese_words_are_found(page, index):
    page.click(control("Words"))
    page.type("生日")
    wanted = matrix(index, filters=Filters(text="生日"))
    page.wait(f"document.getElementById('filter-status').textContent.startsWith('{wanted.grand_total} of')")
    assert wanted.grand_total > 0


# ------------------------------------------------------------------ the matrix as one wants it


def test_a_columns_heading_sorts_by_it_and_back(page):
    before = [row[0] for row in table(page)[1]]
    heading = "document.querySelectorAll('#matrix thead button')[1]"
    page.click(heading)
    values = [number(row[2]) for row in table(page)[1][:-1]]
    assert values == sorted(values, reverse=True)
    assert page.run("document.querySelectorAll('#matrix thead th')[2].getAttribute('aria-sort')") == "descending"
    page.click(heading)
    assert [row[0] for row in table(page)[1]] == before


def test_hiding_empty_rows_leaves_those_with_something(page):
    page.choose(control("Coder"), "1")
    page.click(control("Hide empty"))
    rows = table(page)[1]
    assert all(number(row[-1]) > 0 for row in rows)
    assert len(rows) < 46


def test_rows_and_columns_change_places(page):
    before = table(page)
    page.click("[...document.querySelectorAll('button')].find(b => b.innerText === 'Swap')")
    after = table(page)
    assert [row[0] for row in after[1]] == [*before[0][1:-1], "Total"]
    assert after[1][0][1:-1] == [row[1] for row in before[1][:-1]]


def test_the_same_dimension_never_stands_on_both_sides(page):
    page.choose(control("Rows"), "case")
    assert page.run(f"{control('Columns')}.value") == "code"


# ------------------------------------------------------------------ side by side


def test_two_cases_stand_side_by_side_with_their_quotes(page, index):
    page.click("[...document.querySelectorAll('.toggle')].find(b => b.innerText === 'longing')")
    row = "[...document.querySelectorAll('.side tr.open')][0]"
    for at, case in enumerate(("liang", "zhao")):
        quotes = page.run(f"[...{row}.querySelectorAll('td')[{at}].querySelectorAll('mark')].map(m => m.textContent)")
        rows = matrix(index, filters=Filters(code="longing", exact=True, case=case)).quotes(None, None)
        assert set(quotes) == {row["text"] for row in rows}


def test_a_third_and_a_fourth_can_stand_beside_them(page):
    page.choose(control("Compare"), "role")
    page.choose(control("Third"), "0")
    page.choose(control("Fourth"), "5")
    assert page.run("document.querySelectorAll('.side thead th').length") == 5


def test_codes_that_only_one_has_are_told_apart(page):
    page.choose(control("Codes"), "one")
    counts = page.run(
        "[...document.querySelectorAll('.side tbody tr')].map(r => [...r.querySelectorAll('.amount')].map(a => a.innerText))"
    )
    assert counts
    assert all(sorted(row)[0] == "0" for row in counts)


# ------------------------------------------------------------------ for everybody, and on paper


def test_headings_are_in_order_and_landmarks_there(page):
    levels = page.run(
        "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].filter(h => h.offsetParent).map(h => +h.tagName[1])"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.run("document.documentElement.lang") == "en"
    assert page.run("['header', 'nav', 'main', 'footer'].every(name => document.querySelectorAll(name).length === 1)")


def test_every_control_has_a_name_and_every_header_a_scope(page):
    assert page.run(
        "[...document.querySelectorAll('select, input')].every(c => c.labels.length && c.labels[0].innerText.trim())"
    )
    assert page.run("[...document.querySelectorAll('th')].every(th => th.scope)")


CONTRAST = """(() => {
  const parse = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const bad = new Set();
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.offsetParent || e.closest('svg, .unseen, option, noscript')) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) bad.add(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
  }
  return [...bad];
})()"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_from_its_ground(page, scheme):
    page.media(prefers_color_scheme=scheme)
    page.click(cell(0, 0))
    page.click("document.querySelector('.toggle')")
    assert page.run(CONTRAST) == []


def test_nothing_moves_for_those_who_want_it_still(page):
    page.media(prefers_reduced_motion="reduce")
    assert page.run("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


@pytest.mark.parametrize("width", [1280, 800, 400])
def test_the_page_is_never_wider_than_the_window(page, width):
    page.size(width, 900)
    page.click(cell(2, 0))
    assert page.run("document.documentElement.scrollWidth <= innerWidth")


def test_on_paper_there_are_no_controls_and_the_whole_matrix(page):
    page.media("print")
    assert page.run("[...document.querySelectorAll('form, nav, .skip')].every(e => !e.offsetParent)")
    assert page.run("(m => m.scrollHeight <= m.clientHeight + 1)(document.getElementById('matrix'))")
    assert page.pdf().startswith(b"%PDF")


def test_without_scripts_the_matrix_stands_there_with_its_numbers(started, file, index):
    page = fresh(started, file)
    page.without_scripts()
    page.open(file)
    page.without_scripts(False)  # the page stays as it was loaded; only so can it be asked
    headings, rows = table(page)
    assert headings == ["Code", "Liang family", "Zhao family", "Total"]
    wanted = matrix(index)
    assert [[number(value) for value in row[1:]] for row in rows] == [list(row[1:]) for row in wanted.with_totals()]
    assert page.run("[...document.querySelectorAll('.js')].every(e => !e.offsetParent)")


# ------------------------------------------------------------------ hostile and large


def test_hostile_texts_are_shown_as_they_are_and_do_nothing(started, tmp_path):
    evil = "</script><script>window.ran = 1</script><img src=x onerror='window.ran = 2'>"
    said = f"Child: {evil} end\n"
    project = make_project(
        tmp_path / "p", {"ann": transcript(said, title=evil, case="one", kind=evil), "bea": transcript("x\n", case="two")},
        {"work": {"name": evil.replace("/", "")}}, {"one": {"town": evil}, "two": {"town": "b"}},
    )  # fmt: skip
    write_events(project, "x", "ann", [apply(1, said, evil, "work", note=evil)])
    path = tmp_path / "report.html"
    index = open_index(project)
    path.write_bytes(report_html(report_data(index, title=evil), displays(index, Filters())))
    page = fresh(started, path)
    page.choose(control("Columns"), "attr:town")
    page.choose(control("Compare"), "attr:town")
    page.click(cell(0, 0))
    page.click("document.querySelector('.toggle')")
    assert text(page, "#quotes mark") == evil
    assert text(page, "#quotes .note") == evil
    assert page.run("window.ran === undefined && !document.querySelector('img')")
    assert page.run("document.title") == evil


def test_a_quote_from_right_to_left_does_not_turn_its_citation(started, tmp_path):
    said = "Child: אמא לא פה\n"
    project = make_project(tmp_path / "p", {"ann": transcript(said, title="Ann")})
    write_events(project, "x", "ann", [apply(1, said, "אמא לא פה", "work")])
    path = tmp_path / "report.html"
    path.write_bytes(report_html(report_data(open_index(project), context=0)))
    page = fresh(started, path)
    page.click(cell(2, 0))
    assert page.run("getComputedStyle(document.querySelector('#quotes blockquote')).direction") == "rtl"
    assert page.run("getComputedStyle(document.querySelector('#quotes .cite')).direction") == "ltr"


def test_twenty_thousand_codings_are_counted_in_no_time(started, tmp_path):
    said = "Child: " + " ".join(f"word{number}" for number in range(400)) + "\n"
    documents = {
        f"d{n:03}": transcript(said, case=f"case{n % 40:02}", date=f"2009-{n % 12 + 1:02}-01") for n in range(100)
    }
    codes = [f"theme{n:02}" for n in range(20)] + [f"theme{n:02}/code{n:02}-{m}" for n in range(20) for m in range(5)]
    project = make_project(tmp_path / "p", documents, codes, [f"case{n:02}" for n in range(40)])
    for at, document in enumerate(documents):
        write_events(project, "x", document, [
            apply(at * 200 + n, said, f"word{n}", f"code{n % 20:02}-{(n + at) % 5}") for n in range(200)])  # fmt: skip
    index = open_index(project)
    path = tmp_path / "report.html"
    path.write_bytes(report_html(report_data(index)))
    page = fresh(started, path)
    change = f"""((c) => {{
      const began = performance.now();
      c.value = 'documents';
      c.dispatchEvent(new Event('change', {{ bubbles: true }}));
      document.body.offsetHeight;
      return performance.now() - began;
    }})({control("Count")})"""
    taken = page.run(change)
    compare(page, matrix(index, cell="documents"), "code", "case")
    assert taken < 1000  # 120 codes by 40 cases: about 60 ms where nothing else runs
