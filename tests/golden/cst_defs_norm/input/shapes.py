class Größe:
    """A measure."""

    @property
    def area(self, /, *, unit: str = "m") -> float:
        return 1


async def ﬁnd(*names, **options):
    def inner(): pass


if True:
    def twice(): pass
else:
    def twice(): pass


def first[T](items: list[T]) -> T: ...
