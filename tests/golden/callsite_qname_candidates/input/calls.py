from os import path
import os.path as path


def helper(value): ...


class Box:
    def open(self):
        helper(1, *[2], key=3, **{})
        len("é")
        path.join("a", "b")
        unknown()
