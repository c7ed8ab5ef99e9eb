from json import loads


class Größe:
    def area(self):
        return loads(str(1))
