def f(p):
    a = 1

    def g():
        nonlocal a
        a += p
        return a

    g()
    return a
