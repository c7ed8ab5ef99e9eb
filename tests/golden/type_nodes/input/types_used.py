from typing import List, Optional

größe: "Optional[int]" = None


class Box:
    items: List[ int ] = []

    def put(self, item: int | str | int, *more: "Box") -> None:
        self.last: list[int] = item


type Pair[T: int = bool] = tuple[T, T]
