"""Kernels: compiled when they are called, run as they stand for one question, and the same either way."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from numba.core.registry import CPUDispatcher
from shapely import box

from geopolity.compiling import Kernel, asked_once, njit
from geopolity.geometry.crs import WGS84
from geopolity.geometry.ellipsoid import AXIS, ECCENTRICITY
from geopolity.lookup.borders import border_of
from geopolity.lookup.unit_index import index_units


@njit(nogil=True)
def _doubled(value):
    return 2 * value


@njit(nogil=True)
def _doubled_and_one(value):
    return _doubled(value) + 1


def test_a_kernel_that_calls_another_is_compiled_with_it():
    assert isinstance(_doubled_and_one, Kernel | CPUDispatcher)
    assert _doubled_and_one(20) == 41
    assert isinstance(_doubled, CPUDispatcher)
    assert _doubled.nopython_signatures


def test_asked_once_nothing_is_compiled_and_the_answer_is_the_same():
    code = """
import sys
from geopolity.compiling import asked_once, njit
@njit(cache=True)
def inner(value):
    return value + 1
@njit(cache=True)
def outer(value):
    return inner(value) * 2
with asked_once():
    print(outer(20), "numba" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["42", "False"]


@pytest.mark.parametrize("lon", [0.25, 1.0, 1.75, 2.5])
def test_a_place_asked_once_is_answered_as_among_millions(lon):
    shapes = np.array([box(0, 0, 1, 1), box(1, 0, 2, 1)])
    index, border = index_units(shapes), border_of(shapes[0])
    many = index.at_all(np.array([lon]), np.array([0.5]))[0], border.nearest(lon, 0.5)
    with asked_once():
        assert (index.at(lon, 0.5), border.nearest(lon, 0.5)) == many


def test_the_ellipsoid_is_proj_s():
    assert (WGS84.a, WGS84.es) == (AXIS, ECCENTRICITY)
