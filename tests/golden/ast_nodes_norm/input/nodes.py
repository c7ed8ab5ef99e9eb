größe = 1; ﬁ = "é" + größe


def area(self, *, unit=None):
    return -self.side ** 2 < 3
