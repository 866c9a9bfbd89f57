"""Write the reference pages of the ontology: reference/ontology.html (by pyLODE) and reference/shapes.html.

python docs/reference.py

The pages need nothing from elsewhere: no script, and the style sheet is in the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from pylode import OntPub
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef

from paradiplomacy.dataset import find_dataset
from paradiplomacy.validation import ShapesGraph

TARGET = Path(__file__).parent / "reference"
PD = Namespace("https://w3id.org/paradiplomacy/ontology#")
CORE = URIRef("https://w3id.org/paradiplomacy/ontology")
CHARACTERISTICS = {
    OWL.FunctionalProperty: "Functional: at most one value.",
    OWL.SymmetricProperty: "Symmetric: holds in both directions.",
    OWL.TransitiveProperty: "Transitive.",
}

EXTRA_CSS = """
body { font-family: sans-serif; }
h1 .zh, h3 .zh { font-weight: normal; color: #666; margin-left: .6em; }
.entity td, .entity pre, .entity code { overflow-wrap: anywhere; white-space: pre-wrap; }
.entity td { white-space: normal; }
.entity th, .entity td { padding-bottom: 6px; }
.entity td p { margin: 0 0 .4em; }
#pylode { display: none; }
"""

SHAPES_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Shapes of the paradiplomacy ontology</title>
<style>
body {{ font-family: sans-serif; margin: 2em; color: #222; }}
table {{ border-collapse: collapse; font-size: 90%; }}
th, td {{ border: 1px solid #ccc; padding: .3em .5em; text-align: left; vertical-align: top; }}
thead th {{ background: #eef2f7; position: sticky; top: 0; }}
tbody th {{ font-weight: bold; }}
code {{ overflow-wrap: anywhere; }}
</style>
</head>
<body>
<h1>Shapes of the paradiplomacy ontology</h1>
<p>{shapes} shapes with {constraints} constraints. The terms are in
<a href="ontology.html">ontology.html</a>.</p>
<table>
<thead><tr><th>shape</th><th>target</th><th>path</th><th>constraint</th><th>severity</th>
<th>message</th><th>remedy</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</body>
</html>
"""


def merged(folder: Path) -> Graph:
    """The core and its modules as one graph under the header of the core, in a settled order."""
    graph = Graph()
    modules = (p for p in sorted(folder.glob("modules/*.ttl")) if not p.name.endswith(".shapes.ttl"))
    for path in (folder / "paradiplomacy.ttl", *modules):
        graph.parse(path)
    for header in set(graph.subjects(RDF.type, OWL.Ontology)) - {CORE}:
        graph.remove((header, None, None))
    ordered = Graph(bind_namespaces="none")
    for prefix, namespace in graph.namespaces():
        ordered.bind(prefix, namespace)
    for triple in sorted(graph, key=lambda triple: (not str(triple[0]).startswith(PD), triple)):
        ordered.add(triple)
    return ordered


def chinese(graph: Graph) -> dict[str, str]:
    """Take the Chinese names of the terms out of the graph, which is left with the English ones."""
    names = {}
    for triple in list(graph):
        subject, _, value = triple
        if isinstance(value, Literal) and (value.language or "").startswith("zh"):
            names[str(subject)] = str(value)
            graph.remove(triple)
    return names


def remarks(graph: Graph) -> Iterator[tuple[URIRef, str]]:
    """What pyLODE leaves out: inverses, characteristics, and the roles of each class of ties."""
    for one, other in graph.subject_objects(OWL.inverseOf):
        if isinstance(one, URIRef) and isinstance(other, URIRef):
            yield one, f"Inverse of `{graph.qname(other)}`."
            yield other, f"Inverse of `{graph.qname(one)}`."
    for kind, text in CHARACTERISTICS.items():
        for term in graph.subjects(RDF.type, kind):
            if isinstance(term, URIRef):
                yield term, text
    for predicate, text in (
        (PD.fromRole, "Goes from"),
        (PD.toRole, "Leads to"),
        (PD.directProperty, "Derives"),
    ):
        for term, role in graph.subject_objects(predicate):
            if isinstance(term, URIRef) and isinstance(role, URIRef):
                yield term, f"{text} `{graph.qname(role)}`."


def anchors(graph: Graph) -> dict[str, str]:
    """The fragment of each term: the one of its IRI, so that a link to the IRI leads to its entry."""
    terms = {term for term in graph.subjects(RDF.type, None) if isinstance(term, URIRef)} - {CORE}
    return {
        str(term): term.removeprefix(PD) if term in PD else graph.qname(term).replace(":", "-")
        for term in terms
    }


def ontology_page(folder: Path) -> str:
    """The terms as HTML: English in the headings, Chinese beside it."""
    graph = merged(folder)
    names = chinese(graph)
    for term, text in sorted(set(remarks(graph))):
        graph.add((term, SKOS.scopeNote, Literal(text)))
    # pyLODE would take the version for a term, and link to its entry.
    graph.remove((CORE, OWL.versionIRI, None))
    # Such a property would be listed twice, once under each of its types.
    graph.remove((None, RDF.type, OWL.FunctionalProperty))
    publication = OntPub(ontology=graph)
    publication.fids.update(anchors(graph))
    # The name of pyLODE's frame is that of a term.
    page = publication.make_html().replace('id="content"', 'id="page"', 1).replace("#content", "#page")

    def with_name(match: re.Match[str]) -> str:
        name = names.get(match["iri"])
        return (
            match[0]
            if name is None
            else f'{match["title"]} <span class="zh" lang="zh">{escape(name)}</span>' + (match["rest"])
        )

    page = re.sub(
        r"(?P<title><h3>[^<]*?)(?P<rest>\s*<sup.*?<code>(?P<iri>[^<]*)</code>)",
        with_name,
        page,
        flags=re.DOTALL,
    )
    title = names.get(str(CORE), "")
    page = page.replace("</h1>", f' <span class="zh" lang="zh">{escape(title)}</span></h1>', 1)
    page = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    page = page.replace("<html>", '<html lang="en">', 1)
    return page.replace("</style>", EXTRA_CSS + "</style>", 1)


def shapes_page(folder: Path) -> str:
    """The shapes as one table."""
    shapes = sorted(ShapesGraph.read(folder).shapes, key=lambda shape: shape.name)
    rows = []
    for shape in shapes:
        targets = "<br>".join(
            f"<code>{escape(_short(str(value).strip('<>')))}</code>"
            + ("" if kind == "targetClass" else f" ({kind})")
            for kind, value in shape.targets
        )
        for constraint in shape.constraints:
            cells = [
                f"<code>{escape(_short(constraint.path or ''))}</code>",
                escape(constraint.component),
                escape(str(constraint.severity)),
                escape(constraint.message),
                escape(constraint.remedy),
            ]
            first = f"<th>{escape(shape.name)}</th><td>{targets}</td>"
            rows.append(f"<tr>{first}" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return SHAPES_PAGE.format(shapes=len(shapes), constraints=len(rows), rows="\n".join(rows))


PREFIXES = {
    str(PD): "pd:",
    "http://www.w3.org/ns/org#": "org:",
    "http://purl.org/linked-data/cube#": "qb:",
    "http://www.w3.org/ns/dcat#": "dcat:",
    "http://www.w3.org/ns/prov#": "prov:",
    "http://rdfs.org/ns/void#": "void:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://www.w3.org/2008/05/skos-xl#": "skosxl:",
    "https://schema.org/": "schema:",
    str(SKOS): "skos:",
    str(RDF): "rdf:",
    str(RDFS): "rdfs:",
    str(OWL): "owl:",
}


def _short(text: str) -> str:
    """The text with the IRIs in it abbreviated."""
    for namespace, prefix in PREFIXES.items():
        text = re.sub(rf"<?{re.escape(namespace)}([\w-]+)>?", rf"{prefix}\1", text)
    return text


def main() -> None:
    """Write both pages."""
    folder = find_dataset().ontology
    TARGET.mkdir(exist_ok=True)
    for name, page in (("ontology.html", ontology_page(folder)), ("shapes.html", shapes_page(folder))):
        (TARGET / name).write_text(page, encoding="utf-8")
        print(TARGET / name)


if __name__ == "__main__":
    main()
