def f(c):
    x = 1
    if c:
        del x
    x
    x
