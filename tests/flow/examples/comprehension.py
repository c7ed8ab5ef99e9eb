def f(x, y):
    z = [x for x in y]
    return x
