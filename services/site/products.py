"""The products of a site: what each is made of, and how each is made, in this process or another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from xml.sax.saxutils import escape

from sqlalchemy.orm import Session

from maps.assets import asset_path
from maps.locale.texts import texts
from maps.pages.polity.view import Overlap
from maps.site.layout import Site
from maps.site.pages import Extras, SiteFile, VersionFiles, check_page, index_page, polity_page, private_page
from maps.site.worker import worker_script
from maps.tiles.pyramid import pmtiles, pyramid
from services.lookup.private_index import private_index
from services.publiclog.export import log_files
from services.publiclog.keys import signer
from services.site.downloads import KINDS, VersionData, version_files
from services.site.product import Files, Product, digest_of
from services.site.state import GUIDE, SiteState
from services.storage.layers.census import units_of
from services.storage.polities import versions
from services.storage.publiclog import checkpoints, cosignatures, lines
from services.storage.store import Store
from services.storage.tables import LayerRow, PolityRow
from services.views.assembly import public_assembly
from services.views.national import national
from services.views.polity import view_of
from services.views.tiles import generation, tile_source

STATIC = ("site.css", "icon.svg", "private-index.mjs", "private-page.mjs")
CHECKERS = ("verify_log.py", "read_tiles.py", "verify_draw.py", "check_bound.py", "check_proof.py", "check_rules.py")
FIGURES = ("issue", "title", "version", "valid_from", "units", "area_km2", "population", "affected", "coverage", "gap")
"""Of a version's record what never changes once it is in force."""
DERIVATION_KINDS = {"report.html": "report_html", "report.pdf": "report_pdf", "map.html": "map_html"}


def products(state: SiteState, store: Store, address: str) -> list[Product]:
    """List everything that the site has, what takes longest first."""
    extras = Extras(
        tiles=tuple(f"tiles/{layer.name}.pmtiles" for layer in _newest(state.layers)),
        draws=tuple(f"draws/{epoch}/" for epoch in state.draws),
        rehearsals=tuple(f"draws/{epoch}/" for epoch, folder in state.draws.items() if is_rehearsal(folder)),
        log_entries=len(state.log),
        assemblies=tuple((issue, _title(state, issue)) for issue in state.assemblies),
        year=state.site.state[:4],
    )
    return [
        _lookup(state, store),
        *_tiles(state, store),
        _index(state, store, extras),
        *(_polity(state, store, issue) for issue in state.versions),
        *(_version(state, row, store) for rows in state.versions.values() for row in rows),
        *(_assembly(state, store, issue) for issue in state.assemblies),
        *(_draw(epoch, folder) for epoch, folder in state.draws.items()),
        _log(state, store),
        Product(name="check", made_of=digest_of(state.site, extras), make=partial(make_check, state.site, extras)),
        Product(name="static", made_of="", make=make_static),
        *_guide(store.home / GUIDE),
        _sitemap(state, address),
    ]


def _guide(folder: Path) -> list[Product]:
    """The guide, where it was built."""
    files = {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if file.is_file()}
    if not files:
        return []
    made_of = digest_of({name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items()})
    return [Product(name="guide", made_of=made_of, make=partial(make_guide, folder))]


def make_guide(folder: Path) -> Files:
    """Take the built guide along, as it is."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {f"guide/{file.relative_to(folder).as_posix()}": file.read_bytes() for file in files}


def _lookup(state: SiteState, store: Store) -> Product:
    made_of = digest_of(state.index.generation, state.site)
    return Product(name="lookup", made_of=made_of, make=partial(make_lookup, state.site, store))


def make_lookup(site: Site, store: Store) -> Files:
    """Make the private look-up: its page, its index, its service worker."""
    index = private_index(site.state[:10], store)
    name = f"index-{index.name}.bin"
    page = private_page(site, index=name, index_bytes=len(index.content), worker="worker.js")
    kept = ["./", "index.html", name, *(f"../static/{asset}" for asset in STATIC)]
    worker = worker_script(kept, state=hashlib.sha256(page.encode() + index.content).hexdigest())
    return {
        "lookup/index.html": page.encode(),
        f"lookup/{name}": index.content,
        "lookup/worker.js": worker.encode(),
    }


def _tiles(state: SiteState, store: Store) -> list[Product]:
    return [
        Product(
            name=f"tiles/{layer.name}",
            made_of=generation(layer, [one.row for one in state.index.polities.get(layer.digest, {}).values()]),
            make=partial(make_tiles, layer.digest, state.site.state, store),
        )
        for layer in _newest(state.layers)
    ]


def make_tiles(digest: str, moment: str, store: Store) -> Files:
    """Make the vector tiles of a layer."""
    with store.reading() as session:
        source = tile_source(session, session.get_one(LayerRow, digest), moment)
    return {f"tiles/{source.name}.pmtiles": pmtiles(pyramid(source))}


def _index(state: SiteState, store: Store, extras: Extras) -> Product:
    proposed = [
        (row.issue, row.version, row.digest, row.open_until)
        for rows in state.versions.values()
        for row in rows
        if row.status == "proposed"
    ]
    made_of = digest_of(state.index.generation, state.people, state.site, extras, proposed)
    return Product(name="index", made_of=made_of, make=partial(make_index, state.site, extras, store))


def make_index(site: Site, extras: Extras, store: Store) -> Files:
    """Make the first page and the overview to print."""
    from services.site.reports import overview_files  # noqa: PLC0415 - printing is slow to import

    view = national(store, language=site.language, moment=site.state)
    return {"index.html": index_page(site, view, extras).encode()} | overview_files(site, view)


def _polity(state: SiteState, store: Store, issue: str) -> Product:
    rows = state.versions[issue]
    overlaps = state.overlaps.get(issue, ())
    versions = [
        (
            row.version,
            row.digest,
            row.status,
            row.valid_from,
            row.valid_to,
            row.open_until,
            state.explained.get(row.key),
        )
        for row in rows
    ]
    explained = [state.explained.get(row.key) for row in rows]
    made_of = digest_of(
        versions, explained, overlaps, state.said[issue], state.site.language, state.site.is_demo, state.site.service
    )
    return Product(
        name=f"polities/{issue}", made_of=made_of, make=partial(make_polity, issue, overlaps, state.site, store)
    )


def make_polity(issue: str, overlaps: tuple[Overlap, ...], site: Site, store: Store) -> Files:
    """Make the page of a polity."""
    with store.reading() as session:
        row = versions.find(session, issue)
        own = replace(site, state=_latest(row))
        view = view_of(session, row, store, texts(site.language), overlaps=overlaps)
        files = [
            VersionFiles(version=line.version, files=_offered(session, versions.find(session, issue, line.version)))
            for line in view.history
        ]
    return {f"polities/{issue}/index.html": polity_page(own, view, files).encode()}


def _latest(row: PolityRow) -> str:
    """Moment of the version's latest change, so that its page changes with nothing else."""
    return str(row.valid_to or row.valid_from or row.open_until)


def _offered(session: Session, row: PolityRow) -> tuple[SiteFile, ...]:
    own = [SiteFile(address=f"{row.version}/{name}", kind=kind) for name, kind in KINDS.items()]
    names = versions.file_sizes(session, row)
    there = [
        SiteFile(address=f"{row.version}/derivation/{name}", kind=DERIVATION_KINDS.get(name, "derivation"))
        for name in names
    ]
    return (*own, *sorted(there, key=lambda file: file.kind == "derivation"))


def _version(state: SiteState, row: PolityRow, store: Store) -> Product:
    figures, explained = [getattr(row, name) for name in FIGURES], state.explained.get(row.key)
    made_of = digest_of(figures, row.digest, row.layer, row.key, explained)
    return Product(
        name=f"polities/{row.issue}/{row.version}",
        made_of=made_of,
        make=partial(make_version, row.issue, row.version, store),
    )


def make_version(issue: str, version: int, store: Store) -> Files:
    """Make the downloads of a version, its derivation's files among them."""
    with store.reading() as session:
        row = versions.find(session, issue, version)
        layer = session.get_one(LayerRow, row.layer)
        kept = units_of(session, row.layer, versions.member_ids(row))
        members = versions.members(session, row).rename("affected")
        since = str(row.valid_from or row.open_until)[:10]
        data = VersionData(
            said={name: getattr(row, name) for name in FIGURES} | {"id": row.issue, "digest": row.digest},
            boundary=versions.boundary(row),
            units=kept.table[["name", "population"]].join(members.round(3)),
            shapes=kept.shapes,
            licence=f"{layer.licence} ({layer.source})",
            citation=f"geopolity: {row.title}, version {row.version} of {since}, certificate {row.digest[:16]}.",
        )
        names = versions.file_sizes(session, row)
        derivation = {f"derivation/{name}": versions.file_content(session, row, name) or b"" for name in names}
    files = version_files(data) | derivation
    return {f"polities/{issue}/{version}/{name}": content for name, content in files.items()}


def _assembly(state: SiteState, store: Store, issue: str) -> Product:
    return Product(
        name=f"reports/assembly-{issue}",
        made_of=digest_of(state.assemblies[issue], state.site, _title(state, issue)),
        make=partial(make_assembly, issue, state.site, store),
    )


def make_assembly(issue: str, site: Site, store: Store) -> Files:
    """Make the report of an assembly's year, the one in which the site's state lies."""
    from services.site.reports import assembly_files  # noqa: PLC0415 - printing is slow to import

    return assembly_files(site, public_assembly(issue, store), site.state[:4])


def _title(state: SiteState, issue: str) -> str:
    return state.versions[issue][-1].title if issue in state.versions else issue


def _draw(epoch: str, folder: Path) -> Product:
    stamps = [(file.name, hashlib.sha256(file.read_bytes()).hexdigest()) for file in sorted(folder.iterdir())]
    return Product(name=f"draws/{epoch}", made_of=digest_of(stamps), make=partial(make_draw, epoch, folder))


def is_rehearsal(folder: Path) -> bool:
    """Whether a bundle is that of a rehearsal."""
    return bool(json.loads((folder / "bundle.json").read_text(encoding="utf-8")).get("rehearsal"))


def make_draw(epoch: str, folder: Path) -> Files:
    """Copy the bundle of a draw."""
    return {f"draws/{epoch}/{file.name}": file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()}


def _log(state: SiteState, store: Store) -> Product:
    with store.reading() as session:
        signed = json.dumps(cosignatures(session), sort_keys=True)
    made_of = digest_of(len(state.log), hashlib.sha256(b"\n".join(state.log)).hexdigest(), signed)
    return Product(name="log", made_of=made_of, make=partial(make_log, store))


def make_log(store: Store) -> Files:
    """Make the export of the public log."""
    with store.reading() as session:
        own = signer(session, store.home)
        found = log_files(lines(session), checkpoints(session), cosignatures(session), own)
    return {f"log/{name}": content for name, content in found.items()}


def make_check(site: Site, extras: Extras) -> Files:
    """Make the page that says how to check everything, with the programs."""
    verifiers = Path(__file__).parents[1] / "verifiers"
    programs = {f"check/{name}": (verifiers / name).read_bytes() for name in CHECKERS}
    return {"check/index.html": check_page(site, extras).encode()} | programs


def make_static() -> Files:
    """Copy what all pages share."""
    return {f"static/{name}": asset_path(name).read_bytes() for name in STATIC}


def _sitemap(state: SiteState, address: str) -> Product:
    pages = ["", "lookup/", "check/", "reports/overview.html"]
    dated = [(page, state.site.state[:10]) for page in pages]
    dated += [(f"polities/{issue}/", _latest(rows[-1])[:10]) for issue, rows in state.versions.items()]
    return Product(name="sitemap", made_of=digest_of(dated, address), make=partial(make_sitemap, dated, address))


def make_sitemap(pages: Sequence[tuple[str, str]], address: str) -> Files:
    """Make the list of pages for search engines."""
    rows = "".join(
        f"<url><loc>{escape(address.rstrip('/') + '/' + page)}</loc><lastmod>{day}</lastmod></url>\n"
        for page, day in pages
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return {
        "sitemap.xml": f"{head}{rows}</urlset>\n".encode(),
        "robots.txt": f"User-agent: *\nAllow: /\nSitemap: {address.rstrip('/')}/sitemap.xml\n".encode(),
    }


def _newest(layers: Sequence[LayerRow]) -> list[LayerRow]:
    """Of layers with the same name the newest vintage."""
    found: dict[str, LayerRow] = {}
    for layer in layers:
        found[layer.name] = layer
    return list(found.values())
