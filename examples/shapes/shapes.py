"""Shapes: a tiny package to try norma on."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Circle:
    """A circle around the origin."""

    radius: float

    def area(self) -> float:
        return math.pi * self.radius**2


class Größe(Circle):
    def area(self) -> float:
        return super().area() * 2


def largest(shapes: list[Circle]) -> Circle | None:
    best = None
    for shape in shapes:
        if best is None or shape.area() > best.area():
            best = shape
    return best
