from shapes import Circle, largest


def describe(*radii: float, unit: str = "cm") -> str:
    found = largest([Circle(radius) for radius in radii])
    return "nothing" if found is None else f"{found.area():.2f} {unit}²"


if __name__ == "__main__":
    print(describe(1.0, 2.5))
