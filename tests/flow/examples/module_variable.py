n = 0


def inc():
    global n
    n += 1


inc()
print(n)
