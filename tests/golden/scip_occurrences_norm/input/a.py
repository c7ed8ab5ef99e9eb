import os
x = "😀"; y = x


def f(a):
    return os.path.join(a, y)
