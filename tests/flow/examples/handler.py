def f():
    try:
        x = g()
    except E as e:
        x = e
    return x
