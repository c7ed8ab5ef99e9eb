def f(s):
    return s.name + "t" + len(s)
