"""Units given as points in a CSV."""

from pathlib import Path

import pytest
import shapely

from boundaries import open_layer
from boundaries.errors import FileError
from geopolity.layers.contiguity import contiguity

HEADER = "GEOID,population,longitude,latitude\n"
FOUR = "01,10,0,0\n02,20,1,0\n03,30,0,1\n04,40,1,1\n"


def write(folder: Path, rows: str) -> Path:
    path = folder / "places.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


def test_four_corners_of_a_square_share_it_in_quarters(tmp_path):
    layer = open_layer(write(tmp_path, FOUR))
    assert layer.units.index.tolist() == ["01", "02", "03", "04"]
    assert layer.population == 100
    assert shapely.area(layer.units.geometry.to_numpy()) == pytest.approx(0.25, rel=1e-3)
    assert shapely.area(layer.units.geometry.to_numpy()).sum() == pytest.approx(1.0, rel=1e-3)
    assert any("given as points" in str(note) for note in layer.notes)


def test_each_cell_holds_its_own_point_and_neighbours_share_vertices(tmp_path):
    rows = "".join(f"{i * 7 + j:03d},1,{i + 0.3 * (j % 2)},{j + 0.1 * (i % 3)}\n" for i in range(7) for j in range(7))
    layer = open_layer(write(tmp_path, rows))
    columns = (layer.units["longitude"].astype(float), layer.units["latitude"].astype(float))
    distance = shapely.distance(layer.units.geometry.to_numpy(), shapely.points(*columns))
    assert distance.max() < 1e-6
    assert contiguity(layer).components.max() == 0


def test_cells_across_the_antimeridian_are_split_there(tmp_path):
    layer = open_layer(write(tmp_path, "a,1,179,0\nb,1,-179,0\nc,1,179,2\nd,1,-179,2\n"))
    assert shapely.area(layer.units.geometry.to_numpy()).sum() == pytest.approx(4.0, rel=1e-2)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("a,1,0,0\nb,1,0,0\nc,1,1,1\n", "row 2"),
        ("a,1,0,0\nb,1,1,0\nc,1,2,0\n", "no area"),
        ("a,1,200,0\nb,1,1,0\nc,1,2,1\n", "'200'"),
    ],
)
def test_points_that_make_no_cells_are_refused(tmp_path, rows, said):
    with pytest.raises(FileError, match=said):
        open_layer(write(tmp_path, rows))
