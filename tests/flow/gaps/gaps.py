import unittest

cached = None
depth = 0


def earlier_call():
    global cached
    if cached is None:
        cached = 1
    return cached


def recursion(again):
    global depth
    depth = 1
    if again:
        recursion(False)
        return depth
    depth = 2


def raised(call):
    value = 0

    def write():
        nonlocal value
        value = 1
        raise KeyError

    write = call(write)
    zero = 0
    value = zero
    try:
        write()
    except:
        return value


def same_name(values):
    value = 3
    return [value + 1 for value in values], lambda: value


class Gaps(unittest.TestCase):
    def test_earlier_call(self):
        earlier_call()
        self.assertEqual(earlier_call(), 1)

    def test_recursion(self):
        self.assertEqual(recursion(True), 2)

    def test_raised(self):
        self.assertEqual(raised(lambda function: function), 1)

    def test_same_name(self):
        self.assertEqual(same_name([1])[0], [2])
