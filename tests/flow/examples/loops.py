def f(xs):
    while True:
        if xs:
            break
    for x in xs:
        y = x
    else:
        y = 0
    try:
        try:
            xs()
        finally:
            y = 1
    finally:
        xs = y
    return xs


async def g(xs, v):
    async for x in xs:
        v = x
    match v:
        case [a, b]:
            return a
    return b
