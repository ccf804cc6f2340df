"""Draw which units of a derivation could be exchanged."""

from __future__ import annotations

from pathlib import Path

from maps.locale.texts import texts
from maps.webmaps.alternatives import Exchangeable, alternatives_map
from services.derivation.alternatives import Answer
from services.derivation.folder import OutputFolderError
from services.derivation.layers import Columns, open_layer
from services.derivation.opened_folder import OpenedFolderError, title_of
from services.derivation.terrain_cache import warm_display


def write_map(answer: Answer, file: Path, home: Path, language: str) -> Path:
    """Write the map as one HTML file; the layer is that which the folder names, and has to be known here."""
    stated = answer.folder.record["layer"]
    layer = open_layer([str(stated["name"])], Columns(), home)
    if layer.digest != stated["digest"]:
        raise OpenedFolderError(
            "The layer {layer} of this machine is another than the folder's; `geopolity layer add` keeps a file's.",
            layer=stated["name"],
        )
    warm_display(layer, home)
    shown = Exchangeable(
        title=title_of(str(answer.folder.record.get("issue", ""))),
        digest=answer.folder.region.certificate.digest,
        layer=layer,
        units=answer.units,
        cost=answer.cost,
        measure=answer.measure,
        within=answer.within,
        others=len(answer.alternatives),
    )
    html = alternatives_map(shown, texts(language)).get_root().render()
    try:
        file.write_text(html, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputFolderError(
            "{file} cannot be written ({reason}); choose another --out.", file=file, reason=error.strerror
        ) from error
    return file
