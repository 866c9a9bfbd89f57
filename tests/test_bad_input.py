"""Everything that people get wrong: told where and how to mend it, without a traceback or a trace on disk."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from fixtures import Copy, duplicate, fingerprint, reduced_dataset, run_ok, table_of
from paradiplomacy.build.check import check
from paradiplomacy.cli import run

Key = tuple[str, str, int | None, str | None]
STATES, TWINS, SOURCES = "actors/states.csv", "ties/sister_cities.csv", "sources.csv"
CLOSED = "http://127.0.0.1:9/"


@dataclass(frozen=True)
class World:
    """A sound dataset and a store built from it; nobody changes either."""

    sound: Copy
    store: Path
    baseline: Counter[Key]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    root = tmp_path_factory.mktemp("bad-input")
    sound = reduced_dataset(root / "sound")
    run_ok("build", "--quiet", "--data", sound.data, "--store", root / "store")
    return World(sound, root / "store", _keys(sound))


@pytest.fixture
def copy(world: World, tmp_path: Path) -> Copy:
    return duplicate(world.sound, tmp_path / "copy")


def _keys(copy: Copy) -> Counter[Key]:
    found = check(copy.dataset).findings
    return Counter((f.name, f.place.file, f.place.row, f.place.column) for f in found)


# ---------------------------------------------------------------- invalid data

Edit = Callable[[Copy], list[Key]]
DATA: dict[str, tuple[Edit, tuple[str, ...]]] = {}
"""For each mistake: how to make it and what must be found; words that the report must contain."""


def mistake(*words: str) -> Callable[[Edit], Edit]:
    def register(edit: Edit) -> Edit:
        DATA[edit.__name__] = (edit, words)
        return edit

    return register


@mistake("column iso is missing", "Add the column")
def missing_column(copy: Copy) -> list[Key]:
    rows = copy.rows(STATES)
    at = rows[0].index("iso")
    copy.write(STATES, [row[:at] + row[at + 1 :] for row in rows])
    return [("missing-column", STATES, 1, "iso")]


@mistake("column id is missing")
def missing_key_column_of_a_table_that_others_refer_to(copy: Copy) -> list[Key]:
    rows = copy.rows(SOURCES)
    copy.write(SOURCES, [row[1:] for row in rows])
    return [("missing-column", SOURCES, 1, "id")]


@mistake("'remarks' is not described", "Remove the column")
def extra_column(copy: Copy) -> list[Key]:
    rows = copy.rows(STATES)
    copy.write(STATES, [[*rows[0], "remarks"], *([*row, "x"] for row in rows[1:])])
    return [("unknown-column", STATES, 1, "remarks")]


@mistake("'locater' is not described", "Did you mean locator?")
def misspelt_column(copy: Copy) -> list[Key]:
    rows = copy.rows(STATES)
    rows[0][rows[0].index("locator")] = "locater"
    copy.write(STATES, rows)
    return [("missing-column", STATES, 1, "locator"), ("unknown-column", STATES, 1, "locater")]


@mistake("there twice")
def column_twice(copy: Copy) -> list[Key]:
    copy.write(STATES, [[*row, row[-1]] for row in copy.rows(STATES)])
    return [("unknown-column", STATES, 1, "note")]


@mistake("ordered otherwise", "paradiplomacy fmt")
def columns_in_another_order(copy: Copy) -> list[Key]:
    copy.write(STATES, [row[::-1] for row in copy.rows(STATES)])
    return [("column-order", STATES, 1, None)]


@mistake("the row has 9 cells, the header has 8", "commas")
def too_many_cells(copy: Copy) -> list[Key]:
    rows = copy.rows(STATES)
    rows[3].append("x")
    copy.write(STATES, rows)
    return [("cell-count", STATES, 4, None)]


@mistake("cells, the header has")
def too_few_cells_in_a_table_that_others_refer_to(copy: Copy) -> list[Key]:
    rows = copy.rows(SOURCES)
    rows[4].pop()
    copy.write(SOURCES, rows)
    return [("cell-count", SOURCES, 5, None)]


@mistake("the row has 0 cells")
def blank_line(copy: Copy) -> list[Key]:
    lines = (copy.data / STATES).read_text(encoding="utf-8").split("\n")
    (copy.data / STATES).write_text("\n".join([*lines[:6], "", *lines[6:]]), encoding="utf-8")
    return [("cell-count", STATES, 7, None)]


@mistake("0xe9", "Save the file as UTF-8")
def latin_1(copy: Copy) -> list[Key]:
    path = copy.data / STATES
    lines = path.read_bytes().split(b"\n")
    lines[2] += "é".encode("latin-1")
    path.write_bytes(b"\n".join(lines))
    return [("encoding", STATES, 3, None)]


@mistake("byte order mark", "without BOM")
def byte_order_mark(copy: Copy) -> list[Key]:
    path = copy.data / STATES
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    return [("byte-order-mark", STATES, 1, None)]


@mistake("ends in CR", "LF line ends")
def carriage_returns(copy: Copy) -> list[Key]:
    path = copy.data / STATES
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    return [("line-ending", STATES, 1, None)]


@mistake("is already the key of row 2", "Give one of them another id")
def duplicate_key(copy: Copy) -> list[Key]:
    rows = copy.rows(STATES)
    copy.write(STATES, [*rows, rows[1]])
    return [("duplicate-key", STATES, len(rows) + 1, "id")]


@mistake("'cn-yunann' is not known", "Did you mean cn-yunnan")
def unknown_id(copy: Copy) -> list[Key]:
    row = copy.first(TWINS, "a")
    copy.set(TWINS, row, a="cn-yunann")
    return [("unknown-id", TWINS, row, "a")]


@mistake("'Teritory' is not known", "Did you mean Territory")
def unknown_class(copy: Copy) -> list[Key]:
    copy.set(STATES, 2, **{"class": "Teritory"})
    return [("unknown-id", STATES, 2, "class")]


@mistake("'municipel' is not known", "Did you mean municipal")
def unknown_concept(copy: Copy) -> list[Key]:
    row = copy.first(TWINS, "level")
    copy.set(TWINS, row, level="municipel")
    return [("unknown-id", TWINS, row, "level")]


@mistake("'1982-13-40' is not a date", "1982-04-20")
def no_such_month(copy: Copy) -> list[Key]:
    copy.set(TWINS, 3, start="1982-13-40")
    return [("date", TWINS, 3, "start")]


@mistake("'1983-02-29' is not a date")
def no_such_day(copy: Copy) -> list[Key]:
    copy.set(TWINS, 3, start="1983-02-29")
    return [("date", TWINS, 3, "start")]


@mistake("'spring 1982' is not a date", "199X")
def date_in_words(copy: Copy) -> list[Key]:
    copy.set(TWINS, 3, start="spring 1982")
    return [("date", TWINS, 3, "start")]


@mistake("It ends before it starts", "Swap the dates")
def end_before_start(copy: Copy) -> list[Key]:
    row = copy.first(TWINS, "start", empty=("end",))
    copy.set(TWINS, row, start="1990", end="1985-06", status="ended")
    return [("Tie/lessThanOrEquals", TWINS, row, "start")]


@mistake("the cell is empty", "Fill the cell")
def citation_without_locator(copy: Copy) -> list[Key]:
    copy.set(TWINS, 4, locator="")
    return [("missing-value", TWINS, 4, "locator")]


@mistake("where in the source", "Give section, table, figure or footnote")
def source_without_locator(copy: Copy) -> list[Key]:
    row = copy.first(SOURCES, "source", "locator")
    copy.set(SOURCES, row, locator="")
    return [("Citation/minCount", SOURCES, row, "locator")]


@mistake("does not have the form")
def locator_of_no_known_form(copy: Copy) -> list[Key]:
    copy.set(TWINS, 4, locator="somewhere in {the} middle")
    return [("pattern", TWINS, 4, "locator")]


@mistake("'thesys' is not in sources.csv", "Did you mean thesis")
def unknown_source(copy: Copy) -> list[Key]:
    copy.set(TWINS, 4, source="thesys")
    return [("unknown-id", TWINS, 4, "source")]


@mistake("'no-such-work' is not in sources.csv")
def unknown_item_of_a_list(copy: Copy) -> list[Key]:
    row = copy.first(TWINS, "underlying")
    copy.set(TWINS, row, underlying="li-2016;no-such-work")
    return [("unknown-id", TWINS, row, "underlying")]


@mistake("the file is empty", "Start the file with its header")
def empty_file(copy: Copy) -> list[Key]:
    (copy.data / STATES).write_bytes(b"")
    return [("empty-file", STATES, None, None)]


@mistake("line break", "Write the text on one line")
def line_break(copy: Copy) -> list[Key]:
    copy.set(STATES, 3, note="one\ntwo")
    return [("line-break", STATES, 3, "note")]


@mistake("do not pair", "Close the quotation mark")
def unclosed_quote(copy: Copy) -> list[Key]:
    path = copy.data / STATES
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[4] += '"unclosed'
    lines[4] = re.sub(r'([^,]*)"unclosed$', r'"\1', lines[4])
    path.write_text("\n".join(lines[:5] + [line.replace('"', "") for line in lines[5:]]), encoding="utf-8")
    return [("quotation-mark", STATES, 5, None)]


@mistake("surplus white space", "Remove the surplus characters")
def surplus_space(copy: Copy) -> list[Key]:
    copy.set(STATES, 3, name="Somewhere ")
    return [("space", STATES, 3, "name")]


@mistake("surplus white space")
def ideographic_space(copy: Copy) -> list[Key]:
    copy.set(STATES, 3, note="　注")
    return [("space", STATES, 3, "note")]


@mistake("'XX' is not a code of iso3166-1", "Look the code up")
def unknown_country_code(copy: Copy) -> list[Key]:
    copy.set(STATES, 3, iso="XX")
    return [("standard-code", STATES, 3, "iso")]


@mistake("'CN-YX' is not a code of iso3166-2", "Did you mean CN-")
def unknown_subdivision_code(copy: Copy) -> list[Key]:
    copy.set("actors/governments.csv", 3, iso="CN-YX")
    return [("standard-code", "actors/governments.csv", 3, "iso")]


@mistake("'many' is not of type decimal")
def figure_in_words(copy: Copy) -> list[Key]:
    copy.set("statistics/observations.csv", 2, value="many")
    return [("datatype", "statistics/observations.csv", 2, "value")]


@mistake("does not have the form")
def language_in_words(copy: Copy) -> list[Key]:
    copy.set("names.csv", 2, lang="in English")
    return [("pattern", "names.csv", 2, "lang")]


@mistake("no table describes this file", "Describe it in tables.json")
def undescribed_file(copy: Copy) -> list[Key]:
    (copy.data / "ties" / "new.csv").write_text("id\n", encoding="utf-8")
    return [("unknown-file", "ties/new.csv", None, None)]


@mistake("the file does not exist", "Restore the file")
def missing_file(copy: Copy) -> list[Key]:
    (copy.data / STATES).unlink()
    return [("missing-file", STATES, None, None)]


@mistake("the file does not exist")
def missing_file_that_others_refer_to(copy: Copy) -> list[Key]:
    (copy.data / SOURCES).unlink()
    return [("missing-file", SOURCES, None, None)]


@mistake("is not a date", "surplus white space", "the key of row")
def several_at_once(copy: Copy) -> list[Key]:
    rows = copy.rows(STATES)
    copy.write(STATES, [*rows, rows[2]])
    copy.set(STATES, 5, note=" x")
    copy.set(TWINS, 2, start="20th century")
    return [
        ("duplicate-key", STATES, len(rows) + 1, "id"),
        ("space", STATES, 5, "note"),
        ("date", TWINS, 2, "start"),
    ]


@pytest.mark.parametrize("name", DATA)
def test_invalid_data(name: str, world: World, copy: Copy, capfd: pytest.CaptureFixture[str]) -> None:
    edit, words = DATA[name]
    expected = edit(copy)
    assert _keys(copy) - world.baseline == Counter(expected)

    before = fingerprint(copy.root, world.store)
    code = run(["build", "--quiet", "--data", str(copy.data), "--store", str(world.store)])
    out, err = capfd.readouterr()
    assert code == 1
    for code_name, *place in expected:
        shown = ":".join(str(part) for part in place if part)
        assert re.search(rf"^{re.escape(shown)}  violation {re.escape(code_name)}: ", err, re.MULTILINE), err
    for word in words:
        assert word in err
    assert "Traceback" not in out + err
    assert fingerprint(copy.root, world.store) == before
    _assert_last_good_graph_answers(world, copy, capfd)


def _assert_last_good_graph_answers(world: World, copy: Copy, capfd: pytest.CaptureFixture[str]) -> None:
    before = fingerprint(world.store)
    code = run(["query", "test-partners-of", "--data", str(copy.data), "--store", str(world.store)])
    out, err = capfd.readouterr()
    assert code == 0, err
    assert len(out.splitlines()) > 2
    assert "the data have changed since the last build" in err
    assert fingerprint(world.store) == before


def test_header_only_is_fine(copy: Copy) -> None:
    url = "superseded.csv"
    copy.write(url, copy.rows(url)[:1])
    assert check(copy.dataset).is_valid


def test_empty_lines_at_the_end_of_a_header_only_file_are_found(copy: Copy, world: World) -> None:
    url = "superseded.csv"
    (copy.data / url).write_text("id,replaced_by,reason\n\n", encoding="utf-8")
    assert _keys(copy) - world.baseline == Counter([("cell-count", url, 2, None)])


@pytest.mark.parametrize(
    "name", ["byte_order_mark", "carriage_returns", "surplus_space", "columns_in_another_order"]
)
def test_fmt_mends_what_the_remedy_says_it_mends(name: str, copy: Copy, world: World) -> None:
    DATA[name][0](copy)
    run_ok("fmt", "--data", copy.data)
    assert _keys(copy) == world.baseline


@pytest.mark.parametrize(
    "name", ["too_many_cells", "unclosed_quote", "latin_1", "misspelt_column", "empty_file"]
)
def test_fmt_leaves_alone_what_it_cannot_read(
    name: str, copy: Copy, capfd: pytest.CaptureFixture[str]
) -> None:
    expected = DATA[name][0](copy)
    before = fingerprint(copy.root)
    assert run(["fmt", "--data", str(copy.data)]) == 1
    out, err = capfd.readouterr()
    assert expected[0][0] in err
    assert "Traceback" not in out + err
    assert fingerprint(copy.root) == before


@pytest.mark.parametrize("form", ["json", "github"])
def test_reports_for_programs_name_the_same_place(
    form: str, copy: Copy, capfd: pytest.CaptureFixture[str]
) -> None:
    date_in_words(copy)
    assert run(["check", "--data", str(copy.data), "--format", form]) == 1
    out = capfd.readouterr().out
    if form == "json":
        assert '"code": "date"' in out
        assert '"row": 3' in out
        assert '"column": "start"' in out
    else:
        assert f"::error file={TWINS},line=3,title=date::start: 'spring 1982'" in out


# ---------------------------------------------------------------- wrong usage and environment


def assert_refused(
    arguments: list[str], code: int, words: tuple[str, ...], capfd: pytest.CaptureFixture[str]
) -> str:
    capfd.readouterr()
    assert run(arguments) == code
    out, err = capfd.readouterr()
    for word in words:
        assert word in err, err
    assert "Traceback" not in out + err
    return err


def without_column(document: dict) -> None:
    table_of(document, STATES)["tableSchema"]["primaryKey"] = "idd"


def link_to_no_column(document: dict) -> None:
    columns = table_of(document, TWINS)["tableSchema"]["columns"]
    next(c for c in columns if c["name"] == "b")["valueUrl"] = "https://w3id.org/paradiplomacy/id/{bb}"


def key_of_no_table(document: dict) -> None:
    table_of(document, TWINS)["tableSchema"]["foreignKeys"][0]["reference"]["resource"] = "source.csv"


def key_of_no_column(document: dict) -> None:
    table_of(document, TWINS)["tableSchema"]["foreignKeys"][0]["reference"]["columnReference"] = "ids"


def column_without_property(document: dict) -> None:
    columns = table_of(document, TWINS)["tableSchema"]["columns"]
    del next(c for c in columns if c["name"] == "b")["propertyUrl"]


def pattern_that_is_none(document: dict) -> None:
    columns = table_of(document, TWINS)["tableSchema"]["columns"]
    columns[0]["datatype"] = {"base": "string", "format": "[a-z"}


def unknown_datatype(document: dict) -> None:
    table_of(document, TWINS)["tableSchema"]["columns"][0]["datatype"] = "text"


def unknown_code_list(document: dict) -> None:
    columns = table_of(document, STATES)["tableSchema"]["columns"]
    next(c for c in columns if c["name"] == "iso")["https://w3id.org/paradiplomacy/csvw#codeList"] = "iso"


def columns_that_are_text(document: dict) -> None:
    table_of(document, TWINS)["tableSchema"]["columns"] = "id,a,b"


def without_tables(document: dict) -> None:
    del document["tables"]


METADATA: dict[Callable[[dict], None], tuple[str, ...]] = {
    without_column: (STATES, "no column named idd", "Did you mean id?"),
    link_to_no_column: (TWINS, "no column named bb", "Did you mean b?"),
    key_of_no_table: (TWINS, "no table named source.csv", "Did you mean sources.csv"),
    key_of_no_column: (TWINS, "no column named ids in sources.csv", "Did you mean id"),
    column_without_property: (TWINS, "column b", "propertyUrl"),
    pattern_that_is_none: (TWINS, "column id", "not a regular expression"),
    unknown_datatype: ("column id", "datatype text is not supported"),
    unknown_code_list: ("unknown code list iso", "iso3166-1"),
    columns_that_are_text: ("tables.json", "not the structure of CSVW metadata"),
    without_tables: ("tables.json", "missing property 'tables'"),
}


@pytest.mark.parametrize("spoil", METADATA, ids=lambda spoil: spoil.__name__)
def test_wrong_metadata(
    spoil: Callable[[dict], None], world: World, copy: Copy, capfd: pytest.CaptureFixture[str]
) -> None:
    document = copy.metadata()
    spoil(document)
    copy.write_metadata(document)
    before = fingerprint(copy.root, world.store)
    assert_refused(
        ["build", "--data", str(copy.data), "--store", str(world.store)], 2, METADATA[spoil], capfd
    )
    if spoil is not unknown_code_list:  # formatting looks no codes up
        assert_refused(["fmt", "--data", str(copy.data)], 2, METADATA[spoil], capfd)
    assert fingerprint(copy.root, world.store) == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"tables": [\n  {"url": }\n]}', ("tables.json", "not valid JSON", "line 2 column 11")),
        (b"", ("tables.json", "not valid JSON")),
        (b'{"@id": "\xe9"}', ("tables.json", "not valid JSON")),
        (b"[]", ("tables.json", "not the structure of CSVW metadata")),
        (b'{"@id": "x", "tables": [null]}', ("tables.json", "not the structure of CSVW metadata")),
    ],
)
def test_malformed_metadata(
    content: bytes, words: tuple[str, ...], copy: Copy, world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    (copy.data / "tables.json").write_bytes(content)
    before = fingerprint(copy.root, world.store)
    assert_refused(["build", "--data", str(copy.data), "--store", str(world.store)], 2, words, capfd)
    assert fingerprint(copy.root, world.store) == before


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("shapes.ttl", "@prefix sh: <x> .\nsh:a sh:b\n", ("shapes.ttl:", "3:")),
        (
            "shapes.ttl",
            """@prefix sh: <http://www.w3.org/ns/shacl#> .
            @prefix pd: <https://w3id.org/paradiplomacy/ontology#> .
            <https://x.org/Bad> a sh:NodeShape ; sh:targetClass pd:State ;
            sh:sparql [ sh:message "m" ; sh:select "SELECT $this WHERE { $this nonsense }" ] .""",
            ("Bad",),
        ),
        (
            "shapes.ttl",
            """@prefix sh: <http://www.w3.org/ns/shacl#> .
            @prefix pd: <https://w3id.org/paradiplomacy/ontology#> .
            <https://x.org/Bad> a sh:NodeShape ; sh:targetClass pd:State ;
            sh:property [ sh:path [ ] ; sh:minCount 1 ] .""",
            ("path",),
        ),
        ("paradiplomacy.ttl", "nonsense", ("paradiplomacy.ttl:1:",)),
        (
            "rules/inverse.rq",
            "CONSTRUCT { ?a ?b ?c }\nWHERE { ?a ?b }\n",
            ("rule inverse.rq", "line 2, column 9", "\n  WHERE { ?a ?b }\n          ^\n"),
        ),
        ("rules/inverse.rq", "SELECT * { ?a ?b ?c }", ("rule inverse.rq", "not a CONSTRUCT query")),
    ],
)
def test_malformed_ontology(
    file: str,
    content: str,
    words: tuple[str, ...],
    copy: Copy,
    world: World,
    capfd: pytest.CaptureFixture[str],
) -> None:
    shutil.rmtree(copy.root / "ontology" / "modules")  # their shapes need the core's prefixes
    (copy.root / "ontology" / file).write_text(content, encoding="utf-8")
    before = fingerprint(copy.root, world.store)
    assert_refused(["build", "--data", str(copy.data), "--store", str(world.store)], 2, words, capfd)
    assert fingerprint(copy.root, world.store) == before
    _assert_last_good_graph_answers(world, copy, capfd)


def test_rule_that_is_not_utf_8(copy: Copy, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (copy.root / "ontology" / "rules" / "inverse.rq").write_bytes(b"# \xe9\n")
    words = ("inverse.rq", "not UTF-8")
    assert_refused(["check", "--data", str(copy.data)], 2, words, capfd)


def test_missing_shapes(copy: Copy, capfd: pytest.CaptureFixture[str]) -> None:
    (copy.root / "ontology" / "shapes.ttl").unlink()
    assert_refused(["check", "--data", str(copy.data)], 3, ("there is no file", "shapes.ttl"), capfd)


USAGE: dict[str, tuple[list[str], tuple[str, ...]]] = {
    "malformed SPARQL": (
        ["query", "SELECT ?s WHERE {\n  ?s ?p ?o ?x .\n}"],
        (
            "malformed SPARQL at line 2, column 12: it cannot be read from '?x' on.\n",
            "\n    ?s ?p ?o ?x .\n             ^\n",
        ),
    ),
    "unknown prefix": (["query", "SELECT * { ?s foo:bar ?o }"], ("line 1", "Prefix not found", "^")),
    "no SPARQL": (["query", ""], ("malformed SPARQL at line 1, column 1",)),
    "update": (["query", "DELETE WHERE { ?s ?p ?o }"], ("malformed SPARQL at line 1, column 1",)),
    "unknown query": (["query", "test-partnes-of"], ("no query named", "Did you mean test-partners-of")),
    "no such file": (["query", "nothing.rq"], ("there is no file nothing.rq",)),
    "unknown network": (["network", "export", "test-twinz"], ("no network", "Did you mean test-twins?")),
    "unknown measure": (["network", "measure", "test-twins", "degre"], ("Did you mean degree",)),
    "unknown parameter": (
        ["query", "test-partners-of", "-p", "plase=cn-yunnan"],
        ("has no parameter 'plase'", "Did you mean place"),
    ),
    "far parameter": (["query", "test-partners-of", "-p", "xyz=1"], ("It takes: place, since.",)),
    "unknown id": (
        ["query", "test-partners-of", "-p", "place=cn-yunan"],
        ("'cn-yunan' is not known", "Did you mean cn-yunnan"),
    ),
    "unknown name": (["query", "test-partners-of", "-p", "place=Yunan"], ("Did you mean Yunnan",)),
    "no IRI": (["query", "test-partners-of", "-p", "place=http://a b"], ("'http://a b' is not an IRI",)),
    "no date": (["query", "test-partners-of", "-p", "since=lately"], ("'lately' is not of type date",)),
    "parameter without value": (["query", "test-partners-of", "-p", "place"], ("form NAME=VALUE",)),
    "parameter of plain text": (["query", "ASK { ?s ?p ?o }", "-p", "a=b"], ("only queries with a header",)),
    "no query": (["query"], ("Give a query",)),
    "format of rows": (
        ["query", "SELECT * { ?s ?p ?o } LIMIT 1", "--format", "ttl"],
        ("no format ttl", "csv"),
    ),
    "format of graphs": (
        ["query", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "--format", "csv"],
        ("no format csv; it has ttl",),
    ),
    "format of truth": (["query", "ASK { ?s ?p ?o }", "--format", "parquet"], ("an ASK query", "json")),
    "unknown format": (["query", "ASK { ?s ?p ?o }", "--format", "xls"], ("'xls'", "csv")),
    "no endpoint": (
        ["query", "ASK { ?s ?p ?o }", "--endpoint", "ftp://x.org"],
        ("http or https", "ftp://x.org"),
    ),
    "unknown command": (["qurey", "x"], ("No such command 'qurey'", "Did you mean query")),
    "unknown option": (["query", "--paramm", "x"], ("--paramm",)),
}


@pytest.mark.parametrize("name", USAGE)
def test_wrong_usage(name: str, world: World, capfd: pytest.CaptureFixture[str]) -> None:
    arguments, words = USAGE[name]
    before = fingerprint(world.sound.root, world.store)
    options = [] if name in ("unknown command", "unknown option") else [*_world(world)]
    assert_refused([*arguments, *options], 2, words, capfd)
    assert fingerprint(world.sound.root, world.store) == before


def _world(world: World) -> list[str]:
    return ["--data", str(world.sound.data), "--store", str(world.store)]


@pytest.mark.parametrize("query", ["SELECT * WHERE {\n  ?s ?p ?o .\n  %%\n}", "SELECT ?x\nWHERE { 中文 ?p }"])
def test_the_caret_stands_under_the_column(
    query: str, world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    err = assert_refused(["query", query, *_world(world)], 2, ("malformed SPARQL",), capfd)
    found = re.search(r"line (\d+), column (\d+): .*\n  (.*)\n  ( *)\^\n", err)
    assert found, err
    assert found[3] == query.split("\n")[int(found[1]) - 1]
    assert len(found[4]) == int(found[2]) - 1


def test_query_file_that_is_not_utf_8(
    world: World, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "q.rq").write_bytes(b"# caf\xe9\nASK { ?s ?p ?o }")
    assert_refused(["query", str(tmp_path / "q.rq"), *_world(world)], 2, ("q.rq", "not UTF-8"), capfd)


@pytest.mark.parametrize(
    "header",
    [
        "#+ summary: [\n",
        "#+ summary: no description\n",
        "#+ - list\n",
        "#+ summary: s\n#+ description: d\n#+ parameters: {x: }\n",
    ],
)
def test_malformed_query_header(
    header: str, world: World, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "q.rq").write_text(header + "ASK { ?s ?p ?o }", encoding="utf-8")
    assert_refused(["query", str(tmp_path / "q.rq"), *_world(world)], 2, ("q.rq",), capfd)


@pytest.mark.parametrize(
    "arguments", [["check"], ["build"], ["fmt"], ["query", "--list"], ["query", "ASK {}"]]
)
def test_missing_data_folder(arguments: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "nowhere"
    words = ("there is no data folder", str(missing), "Point --data to")
    assert_refused([*arguments, "--data", str(missing)], 3, words, capfd)
    assert not missing.exists()


def test_folder_without_metadata(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert_refused(["check", "--data", str(tmp_path)], 3, ("has no tables.json", "Point --data to"), capfd)


@pytest.mark.parametrize("address", [CLOSED, "http://127.0.0.1:none/", "http://["])
def test_unreachable_endpoint(address: str, world: World, capfd: pytest.CaptureFixture[str]) -> None:
    arguments = ["query", "ASK { ?s ?p ?o }", "--data", str(world.sound.data), "--endpoint", address]
    assert_refused(arguments, 3, ("cannot reach the endpoint", address), capfd)


@pytest.mark.parametrize("arguments", [["build"], ["query", "ASK { ?s ?p ?o }"]])
@pytest.mark.parametrize("below", ["", "deeper"])
def test_store_that_cannot_be_written(
    arguments: list[str], below: str, world: World, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    store = tmp_path / "file" / below
    options = ["--data", str(world.sound.data), "--store", str(store)]
    words = ("cannot write to the store", str(store), "Choose another folder with --store")
    assert_refused([*arguments, *options], 3, words, capfd)
    assert (tmp_path / "file").read_text() == "in the way"


@pytest.mark.parametrize(
    "arguments",
    [
        ["query", "ASK { ?s ?p ?o }"],
        ["network", "export", "test-twins"],
        ["network", "measure", "test-twins", "degree"],
    ],
)
def test_output_into_a_missing_folder(
    arguments: list[str], world: World, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "missing" / "out"
    words = ("cannot write", str(output), "No such file or directory")
    assert_refused([*arguments, *_world(world), "-o", str(output)], 3, words, capfd)


# ---------------------------------------------------------------- as a program


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["check", "--data", "{copy}"], 1, "ties/sister_cities.csv:3:start  violation date: 'spring 1982'"),
        (["query", "SELECT {", "--data", "{sound}", "--store", "{store}"], 2, "malformed SPARQL at line 1"),
        (["query", "ASK {}", "--data", "{sound}", "--endpoint", CLOSED], 3, "cannot reach the endpoint"),
    ],
)
def test_as_a_program(arguments: list[str], code: int, words: str, world: World, copy: Copy) -> None:
    date_in_words(copy)
    places = {"copy": copy.data, "sound": world.sound.data, "store": world.store}
    filled = [re.sub(r"^{(\w+)}$", lambda m: str(places[m[1]]), text) for text in arguments]
    program = "import sys; from paradiplomacy.cli import main; sys.argv[0] = 'paradiplomacy'; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, *filled], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == code
    assert words in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
