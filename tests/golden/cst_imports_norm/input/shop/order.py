from __future__ import annotations
import os.path, sys as system
from . import price
from ..base import *
from .price import (
    total as sum_up,
    ﬁrst,
)

try:
    import json
except ImportError:
    json = None


def later():
    import typing
