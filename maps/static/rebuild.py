"""Rebuild the vendored files of this folder and their manifest.

    python -m maps.static.rebuild LEAFLET WORLD_ATLAS LAKES NODE_MODULES

LEAFLET and WORLD_ATLAS are the unpacked npm packages ``leaflet@1.9.4`` and ``world-atlas@2.0.2``;
LAKES is a vector file of Natural Earth's 1:10m lakes of North America (public domain); NODE_MODULES is a folder into
which npm installed the packages of ``MODULES``. With NODE_MODULES alone only its files are renewed.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from maps.scenes.longitudes import Geometries

HERE = Path(__file__).parent
MANIFEST = HERE / "manifest.json"
LEAFLET_FILES = (
    "leaflet.js",
    "leaflet.css",
    "images/marker-icon.png",
    "images/marker-icon-2x.png",
    "images/marker-shadow.png",
)
MODULES = (
    ("maplibre-gl", "6.17.0", "BSD-3-Clause", "dist/maplibre-gl.mjs", "maplibre-gl.mjs"),
    ("maplibre-gl", "6.17.0", "BSD-3-Clause", "dist/maplibre-gl-worker.mjs", "maplibre-gl-worker.mjs"),
    ("maplibre-gl", "6.17.0", "BSD-3-Clause", "dist/maplibre-gl.css", "maplibre-gl.css"),
    ("maplibre-gl", "6.17.0", "BSD-3-Clause", "LICENSE.txt", "maplibre-gl-LICENSE"),
    ("terra-draw", "1.35.0", "MIT", "dist/terra-draw.modern.js", "terra-draw.js"),
    (
        "terra-draw-maplibre-gl-adapter",
        "1.4.1",
        "MIT",
        "dist/terra-draw-maplibre-gl-adapter.modern.js",
        "terra-draw-maplibre-gl-adapter.js",
    ),
)
"""Package, version, licence, file in the package, file here: modules of the live map, loaded by pages on demand."""
NOBLE = """
export { ristretto255 } from "@noble/curves/ed25519.js";
export { sha256, sha512 } from "@noble/hashes/sha2.js";
"""
"""What ``noble-curves.mjs`` offers. It is made of ``@noble/curves@2.4.0`` (audited, MIT), with these lines as
``entry.js``, by ``npx esbuild@0.28.2 entry.js --bundle --format=esm --minify --target=es2022 --legal-comments=eof``.
"""
SMALLEST_LAKE_KM2 = 1500
GRID_DEGREES = 0.001
SIMPLIFY_DEGREES = 0.02

Entry = dict[str, Any]


def rebuild(leaflet: Path, world_atlas: Path, lakes: Path, modules: Path) -> None:
    """Write every vendored file and ``manifest.json``."""
    _renew([*_vendor_leaflet(leaflet), _backdrop(world_atlas / "countries-50m.json", lakes), *_vendor_modules(modules)])


def rebuild_modules(modules: Path) -> None:
    """Renew the modules of the live map, and their lines of ``manifest.json``."""
    _renew(_vendor_modules(modules))


def _renew(entries: list[Entry]) -> None:
    """Measure the files of these entries; what the manifest says of other files stays."""
    for entry in entries:
        content = (HERE / entry["file"]).read_bytes()
        entry |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    renewed = {entry["file"] for entry in entries}
    kept = [
        entry for entry in json.loads(MANIFEST.read_text(encoding="utf-8"))["files"] if entry["file"] not in renewed
    ]
    MANIFEST.write_text(json.dumps({"files": [*kept, *entries]}, indent=2) + "\n", encoding="utf-8")


def _vendor_modules(packages: Path) -> list[Entry]:
    """Copy the modules; a bare import becomes a relative one, and pointers to source maps are left out."""
    entries = []
    for package, version, licence, path, name in MODULES:
        there = json.loads((packages / package / "package.json").read_text(encoding="utf-8"))["version"]
        if there != version:
            raise SystemExit(f"{package} {there} is installed and {version} is wanted: npm install {package}@{version}")
        text = (packages / package / path).read_text(encoding="utf-8")
        mended = re.sub(r"\n//# sourceMappingURL=\S+", "", text).replace('from"terra-draw"', 'from"./terra-draw.js"')
        (HERE / name).write_text(mended, encoding="utf-8", newline="\n")
        entry = {"file": name, "package": package, "version": version, "registry": "npm", "licence": licence}
        entries.append(entry | ({} if mended == text else {"changes": "relative import, no pointer to a source map"}))
    return entries


def _vendor_leaflet(package: Path) -> list[Entry]:
    origin = {"package": "leaflet", "version": "1.9.4", "registry": "npm", "licence": "BSD-2-Clause"}
    names = []
    for path in (*(f"dist/{file}" for file in LEAFLET_FILES), "LICENSE"):
        name = _flat_name(path)
        shutil.copyfile(package / path, HERE / name)
        names.append(name)
    return [{"file": name, **origin} for name in names]


def _flat_name(path: str) -> str:
    """``dist/leaflet.js`` stays ``leaflet.js``; whatever else the package holds gets its name in front."""
    name = Path(path).name
    return name if name.startswith("leaflet") else f"leaflet-{name}"


def _backdrop(countries: Path, lakes: Path) -> Entry:
    """Land of the whole world, large North American lakes cut out, for the surroundings of any layer."""
    world = gpd.read_file(countries, layer="countries")[["name", "geometry"]].set_crs(4326, allow_override=True)
    water = gpd.read_parquet(lakes)
    water = water[water.to_crs(6933).area > SMALLEST_LAKE_KM2 * 1e6].to_crs(4326)
    land = shapely.coverage_simplify(split_at_antimeridian(world.geometry.to_numpy()), SIMPLIFY_DEGREES)
    land = shapely.difference(land, shapely.union_all(shapely.simplify(water.geometry.to_numpy(), 0.005)))
    world["geometry"] = shapely.set_precision(land, GRID_DEGREES)
    world = world[~world.geometry.is_empty].sort_values("name", ignore_index=True)
    world.to_parquet(HERE / "backdrop.parquet", compression="zstd", index=False)
    return {
        "file": "backdrop.parquet",
        "package": "world-atlas",
        "version": "2.0.2",
        "registry": "npm",
        "licence": "ISC (geometry: Natural Earth, public domain)",
        "changes": f"countries-50m without lakes above {SMALLEST_LAKE_KM2} km² in North America (Natural Earth 1:10m)",
    }


def split_at_antimeridian(geometries: Geometries) -> Geometries:
    """Cut rings that TopoJSON runs across ±180° into parts on either side."""
    east, west = shapely.box(0, -90, 180, 90), shapely.box(180, -90, 540, 90)
    split = []
    for geometry in geometries:
        parts = []
        for part in shapely.get_parts(geometry):
            coordinates = shapely.get_coordinates(part)
            jumps = np.abs(np.diff(coordinates[:, 0])).max() > 180 and coordinates[:, 1].min() > -85
            if not jumps:
                parts.append(shapely.make_valid(part))
                continue
            coordinates[coordinates[:, 0] < 0, 0] += 360
            whole = shapely.make_valid(shapely.set_coordinates(part, coordinates))
            beyond = shapely.intersection(whole, west)
            moved = shapely.set_coordinates(beyond, shapely.get_coordinates(beyond) - np.array([360.0, 0.0]))
            parts += [shapely.intersection(whole, east), moved]
        polygons = [piece for part in parts for piece in shapely.get_parts(part) if piece.geom_type == "Polygon"]
        split.append(shapely.multipolygons(polygons))
    return np.array(split, dtype=object)


if __name__ == "__main__":
    folders = [Path(argument) for argument in sys.argv[1:]]
    rebuild(*folders) if len(folders) > 1 else rebuild_modules(*folders)
